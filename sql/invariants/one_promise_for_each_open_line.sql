-- Open order lines without exactly one promise, and promises for lines that are not open, of the items and lines that this run looks at.
-- grain: one row a failing order line
-- reads: state.open_order_lines, work.items, work.promises
-- writes: -
-- params: -

with promises as (
    select order_id, line_no, count(*) as promises from work.promises group by order_id, line_no
),

open_lines as (
    select order_id, line_no, count(*) as lines
    from state.open_order_lines
    where (warehouse_id, sku) in (select (warehouse_id, sku) from work.items)
        or (order_id, line_no) in (select (order_id, line_no) from work.promises)
    group by order_id, line_no
)

select
    coalesce(o.order_id, p.order_id) as order_id,
    coalesce(o.line_no, p.line_no) as line_no,
    coalesce(o.lines, 0) as open_lines,
    coalesce(p.promises, 0) as promises
from open_lines as o
full outer join promises as p on o.order_id = p.order_id and o.line_no = p.line_no
where o.lines is distinct from 1 or p.promises is distinct from 1;
