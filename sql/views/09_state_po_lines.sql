-- PO lines that are to come, each with its last day; unknown if that of any slice is.
-- grain: one row a PO line
-- reads: state.supply_lines
-- writes: state.po_lines
-- params: -

create or replace view state.po_lines as
select supplier_id, po_number, po_line, case when count(*) = count(eta_latest_on) then max(eta_latest_on) end as eta_latest_on
from state.supply_lines
where stated_status in ('open', 'shipped') and not is_withdrawn and not has_vanished
group by supplier_id, po_number, po_line;
