-- The open order lines in the order in which they are served (spec 3), and which of them wait for just one PO.
-- grain: one row an open order line of an item that is worked out
-- reads: work.lines, work.items, state.supply_lines, state.released_lines
-- writes: work.demand
-- params: -

insert into work.demand
with arrived as (
    -- Stands as arrived, also if that supply has ended since.
    select warehouse_id, sku, po_number, po_line
    from state.supply_lines
    where stated_status = 'received' or has_vanished
),

waiting as (
    select
        o.*,
        o.po_number is not null
        and (
            r.order_id is not null
            or exists (
                select 1 from arrived as a
                where a.warehouse_id = o.warehouse_id and a.sku = o.sku and a.po_number = o.po_number
                    and (o.po_line is null or a.po_line = o.po_line)
            )
        ) as is_released
    from work.lines as o
    semi join work.items as i on o.warehouse_id = i.warehouse_id and o.sku = i.sku
    left join state.released_lines as r on o.order_id = r.order_id and o.line_no = r.line_no
)

select
    row_number() over (order by priority, ordered_at, order_id, line_no) as demand_id,
    order_id,
    line_no,
    customer_id,
    sku,
    warehouse_id,
    quantity_open,
    country,
    partial_ok,
    case when not is_released then po_number end as po_number,
    case when not is_released and po_number is not null then po_line end as po_line,
    is_released
from waiting;
