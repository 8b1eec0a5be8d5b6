-- Remember the run in which a supply line changed last: it tells the cause of a changed promise.
-- grain: one row a slice
-- reads: staging.changed_supply_lines
-- writes: state.supply_lines
-- params: run_number

update state.supply_lines as s
set changed_in_run = $run_number
from staging.changed_supply_lines as c
where s.supplier_id = c.supplier_id and s.po_number = c.po_number and s.po_line = c.po_line and s.slice_no = c.slice_no;
