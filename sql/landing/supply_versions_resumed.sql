-- What is said again as it was said until this very as-of goes on: no version is written where nothing changed.
-- grain: one row a version
-- reads: staging.changed_supply_lines, state.supply_lines_seen
-- writes: supplier_eta_history
-- params: as_of

update supplier_eta_history as h
set valid_to = null
from state.supply_lines_seen as s
inner join staging.changed_supply_lines as c
    on s.supplier_id = c.supplier_id and s.po_number = c.po_number and s.po_line = c.po_line and s.slice_no = c.slice_no
where h.valid_to = $as_of
    and h.supplier_id = s.supplier_id and h.po_number = s.po_number and h.po_line = s.po_line and h.slice_no = s.slice_no
    and h.sku = s.sku
    and h.warehouse_id = s.warehouse_id
    and h.quantity = s.quantity
    and h.eta_earliest_on is not distinct from s.eta_earliest_on
    and h.eta_latest_on is not distinct from s.eta_latest_on
    and h.eta_precision = s.eta_precision
    and h.status = s.status
    and h.reason is not distinct from s.reason;
