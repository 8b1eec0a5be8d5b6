-- The promises that are not what the last committed run believed.
-- grain: one row an open order line
-- reads: work.promises, work.before
-- writes: work.begun_promises
-- params: -

insert into work.begun_promises
select *
from work.promises as p
where not exists (
    select 1 from work.before as b
    where p.order_id = b.order_id and p.line_no = b.line_no
        and p.customer_id = b.customer_id and p.sku = b.sku and p.warehouse_id = b.warehouse_id
        and p.quantity_open = b.quantity_open and p.precision = b.precision
        and p.expected_on is not distinct from b.expected_on and p.first_on is not distinct from b.first_on
);
