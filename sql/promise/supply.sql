-- What can serve: arrived supply, stock on hand, and supply lines with a known date, in the order in which they serve (spec 3).
-- grain: one row a supply
-- reads: state.stock_on_hand, state.supply_lines, state.sources_accepted, state.stock_snapshots, work.calendar
-- writes: work.supply
-- params: as_of_on, overdue_grace_days, arrived_days, calendar_first_on, calendar_last_on

insert into work.supply
with stock as (
    select
        'stock' as supply_kind,
        sku,
        warehouse_id,
        on_hand as quantity,
        'day' as precision
    from state.stock_on_hand
    where on_hand > 0
),

arrived as (
    select
        'arrived' as supply_kind,
        l.*,
        'day' as day_precision,
        -- Vanished before its latest day: that day still holds.
        case when l.has_vanished and l.eta_latest_on > l.arrived_on then l.eta_latest_on else l.arrived_on end as available_on
    from state.supply_lines as l
    where (l.stated_status = 'received' or l.has_vanished)
        and $as_of_on::date - l.arrived_on <= $arrived_days
        -- It ends with the first stock snapshot accepted in the run that first knew, or later: the goods are in the stock now.
        and not exists (select 1 from state.stock_snapshots as s where s.last_run_number >= l.arrived_in_run)
),

-- Overdue: its latest day lies too many business days before the day on which its source was last heard.
coming as (
    select l.*
    from state.supply_lines as l
    inner join state.sources_accepted as a on l.source = a.source
    inner join work.calendar as due
        on due.day = least(greatest(l.eta_latest_on, $calendar_first_on::date), $calendar_last_on::date)
    inner join work.calendar as heard on heard.day = a.last_accepted_on
    where l.eta_latest_on is not null
        and l.stated_status in ('open', 'shipped')
        and not l.is_withdrawn and not l.has_vanished
        and l.quantity > 0
        and heard.business_days - due.business_days <= $overdue_grace_days
),

final as (
    select
        supply_kind, sku, warehouse_id,
        null as supplier_id, null as po_number, null as po_line, null as slice_no,
        quantity, precision, null as available_on, null as latest_on, 1 as place
    from stock
    union all by name
    select
        supply_kind, sku, warehouse_id, supplier_id, po_number, po_line, slice_no,
        quantity, day_precision as precision, available_on, eta_latest_on as latest_on, 0 as place
    from arrived
    union all by name
    select
        'supply' as supply_kind, sku, warehouse_id, supplier_id, po_number, po_line, slice_no,
        quantity, eta_precision as precision, eta_latest_on as available_on, eta_latest_on as latest_on, 2 as place
    from coming
)

select
    row_number() over (
        order by place, latest_on nulls last, supplier_id, po_number, po_line, slice_no, warehouse_id, sku
    ) as supply_id,
    supply_kind,
    sku,
    warehouse_id,
    supplier_id,
    po_number,
    po_line,
    slice_no,
    quantity,
    precision,
    available_on,
    latest_on
from final;
