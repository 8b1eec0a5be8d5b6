-- Forget the PO lines that the run before knew.
-- grain: one row a PO line
-- reads: -
-- writes: state.po_lines_at_last_run
-- params: -

delete from state.po_lines_at_last_run;
