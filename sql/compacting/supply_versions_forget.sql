-- Forget versions of supply lines that have not held for long; what holds stays, however old it is.
-- grain: one row a version
-- reads: -
-- writes: supplier_eta_history
-- params: kept_from

delete from supplier_eta_history
where valid_to < $kept_from::timestamp;
