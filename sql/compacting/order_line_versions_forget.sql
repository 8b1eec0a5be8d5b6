-- Forget versions of order lines that have not held for long; what holds stays, a closed line too: a file may still name it.
-- grain: one row a version
-- reads: -
-- writes: order_line_history
-- params: kept_from

delete from order_line_history
where valid_to < $kept_from::timestamp;
