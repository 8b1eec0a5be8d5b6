-- What guards compare with: each PO line as the last committed run knew it.
-- grain: one row a PO line that was to come
-- reads: state.supply_lines
-- writes: state.po_lines_at_last_run
-- params: -

create table state.po_lines_at_last_run as
select supplier_id, po_number, po_line, case when count(*) = count(eta_latest_on) then max(eta_latest_on) end as eta_latest_on
from state.supply_lines
where stated_status in ('open', 'shipped') and not is_withdrawn and not has_vanished
group by supplier_id, po_number, po_line;
comment on table state.po_lines_at_last_run is
'Each PO line that was to come when the last run was committed, with its last day; null = unknown for at least one of its slices.';
