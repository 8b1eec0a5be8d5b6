-- A statement speaks of a whole PO line: its slices replace all earlier ones, over all sources.
-- grain: one row a slice
-- reads: staging.next_supply_lines
-- writes: state.supply_lines
-- params: -

delete from state.supply_lines as s
where exists (
    select 1 from staging.next_supply_lines as n
    where n.supplier_id = s.supplier_id and n.po_number = s.po_number and n.po_line = s.po_line
);
