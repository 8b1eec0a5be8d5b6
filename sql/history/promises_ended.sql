-- The lines of which what the last committed run believed holds no more: another promise, or a line that is closed.
-- grain: one row an order line
-- reads: work.before, work.promises
-- writes: work.ended_promises
-- params: -

insert into work.ended_promises
select b.order_id, b.line_no
from work.before as b
where not exists (
    select 1 from work.promises as p
    where p.order_id = b.order_id and p.line_no = b.line_no
        and p.customer_id = b.customer_id and p.sku = b.sku and p.warehouse_id = b.warehouse_id
        and p.quantity_open = b.quantity_open and p.precision = b.precision
        and p.expected_on is not distinct from b.expected_on and p.first_on is not distinct from b.first_on
);
