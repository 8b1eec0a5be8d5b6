-- The promise of each open line: when the whole of it, and when the first part, should reach the customer (spec 3).
-- grain: one row an open order line
-- reads: work.demand, work.slices
-- writes: work.promises
-- params: -

insert into work.promises by name
with lines as (
    select
        order_id,
        line_no,
        case when count(*) = count(expected_on) then max(expected_on) end as expected_on,
        min(expected_on) as earliest_on,
        -- The coarsest among the slices that come last.
        max_by(
            precision,
            struct_pack(day := expected_on, coarseness := case precision when 'day' then 0 when 'week' then 1 else 2 end)
        ) as precision
    from work.slices
    group by order_id, line_no
)

select
    d.order_id,
    d.line_no,
    d.customer_id,
    d.sku,
    d.warehouse_id,
    d.quantity_open,
    l.expected_on,
    case when d.partial_ok then l.earliest_on else l.expected_on end as first_on,
    case when l.expected_on is null then 'unknown' else l.precision end as precision
from work.demand as d
inner join lines as l on d.order_id = l.order_id and d.line_no = l.line_no;
