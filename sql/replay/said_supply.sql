-- What suppliers had said at an as-of instant.
-- grain: one row a supply line
-- reads: supplier_eta_history
-- writes: -
-- params: as_of

select
    supplier_id, po_number, po_line, slice_no, sku, warehouse_id, quantity, eta_earliest_on, eta_latest_on, eta_precision, status, reason, source
from supplier_eta_history
where valid_from <= $as_of and (valid_to is null or valid_to > $as_of);
