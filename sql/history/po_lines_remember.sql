-- Remember the PO lines that this run knew.
-- grain: one row a PO line
-- reads: state.po_lines
-- writes: state.po_lines_at_last_run
-- params: -

insert into state.po_lines_at_last_run
select supplier_id, po_number, po_line, eta_latest_on
from state.po_lines;
