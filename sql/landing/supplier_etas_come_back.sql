-- A PO line that a row names again, be it a refused one, is as if it had never been away (spec 2).
-- grain: one row a slice
-- reads: staging.supplier_etas
-- writes: state.supply_lines
-- params: source

update state.supply_lines as s
set
    absent_since = null,
    is_withdrawn = false,
    has_vanished = false,
    arrived_on = case when not s.has_vanished then s.arrived_on end,
    arrived_in_run = case when not s.has_vanished then s.arrived_in_run end
where s.source = $source
    and s.absent_since is not null
    and exists (
        select 1 from staging.supplier_etas as p
        where p.supplier_id = s.supplier_id and p.po_number = s.po_number and coalesce(p.po_line, p.sku) = s.po_line
    );
