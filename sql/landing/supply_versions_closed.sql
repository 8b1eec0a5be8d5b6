-- Close the versions that hold no more.
-- grain: one row a version
-- reads: staging.changed_supply_lines
-- writes: supplier_eta_history
-- params: as_of

update supplier_eta_history as h
set valid_to = $as_of
from staging.changed_supply_lines as c
where h.valid_to is null
    and c.supplier_id = h.supplier_id and c.po_number = h.po_number and c.po_line = h.po_line and c.slice_no = h.slice_no;
