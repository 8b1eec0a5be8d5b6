-- What the statements that come into force make of each PO line.
-- grain: one row a slice
-- reads: staging.statements, state.supply_lines
-- writes: staging.next_supply_lines
-- params: source, run_number, as_of_on

insert into staging.next_supply_lines
select
    n.supplier_id,
    n.po_number,
    n.po_line,
    n.slice_no,
    n.sku,
    n.warehouse_id,
    n.quantity,
    n.eta_earliest_on,
    n.eta_latest_on,
    n.eta_precision,
    n.stated_status,
    n.reason,
    n.stated_at,
    $source as source,
    n.file_id,
    n.row_number,
    null as absent_since,
    false as is_withdrawn,
    false as has_vanished,
    -- The day of arrival is that of the run that first knew: goods that had vanished and are now called received do not arrive again.
    case when n.stated_status = 'received' then coalesce(o.arrived_on, $as_of_on::date) end as arrived_on,
    case when n.stated_status = 'received' then coalesce(o.arrived_in_run, $run_number::bigint) end as arrived_in_run,
    coalesce(o.changed_in_run, $run_number::bigint) as changed_in_run
from staging.statements as n
left join state.supply_lines as o
    on n.supplier_id = o.supplier_id and n.po_number = o.po_number and n.po_line = o.po_line and n.slice_no = o.slice_no
where n.not_in_force is null;
