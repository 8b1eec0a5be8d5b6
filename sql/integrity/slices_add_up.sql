-- Promises that stand whose slices do not add up to their open quantity, and slices of no promise (spec 3).
-- grain: one row a failing order line
-- reads: promise_history, promise_slices
-- writes: -
-- params: -

with given as (
    select order_id, line_no, sum(quantity) as quantity from promise_slices group by order_id, line_no
),

promised as (
    select order_id, line_no, sum(quantity_open) as quantity from promise_history where valid_to is null group by order_id, line_no
)

select
    'order ' || coalesce(p.order_id, g.order_id) || ', line ' || coalesce(p.line_no, g.line_no) as place,
    coalesce(p.quantity, 0) || ' open, ' || coalesce(g.quantity, 0) || ' in slices' as found
from promised as p
full outer join given as g on p.order_id = g.order_id and p.line_no = g.line_no
where p.quantity is distinct from g.quantity
order by place;
