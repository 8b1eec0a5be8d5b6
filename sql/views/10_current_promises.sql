-- What is promised of each open order line, and what its customer was last told.
-- grain: one row an open order line
-- reads: promise_history, order_line_history, state.told
-- writes: current_promises
-- params: -

create or replace view current_promises as
select
    p.order_id,
    p.line_no,
    p.customer_id,
    p.sku,
    p.warehouse_id,
    p.quantity_open,
    o.ordered_at,
    o.promised_on,
    t.order_id is not null or o.promised_on is not null as is_told,
    case when t.order_id is not null then t.last_telling.told_on else o.promised_on end as told_on,
    p.expected_on,
    p.first_on,
    p.precision,
    t.first_told_at,
    t.last_told_at,
    coalesce(t.last_telling.told_by, case when o.promised_on is not null then 'promise' end) as told_by,
    p.cause
from promise_history as p
inner join order_line_history as o on p.order_id = o.order_id and p.line_no = o.line_no and o.valid_to is null
left join state.told as t on p.order_id = t.order_id and p.line_no = t.line_no and p.customer_id = t.customer_id
where p.valid_to is null;

comment on view current_promises is 'One row for each open order line: what we now believe, and what the customer was last told.';
comment on column current_promises.order_id is 'Order';
comment on column current_promises.line_no is 'Its line';
comment on column current_promises.customer_id is 'Who waits';
comment on column current_promises.sku is 'Item';
comment on column current_promises.warehouse_id is 'Warehouse';
comment on column current_promises.quantity_open is 'Open quantity';
comment on column current_promises.ordered_at is 'When it was ordered, UTC';
comment on column current_promises.promised_on is 'First date given with the order';
comment on column current_promises.is_told is 'The customer was told something';
comment on column current_promises.told_on is 'The day last told; null with is_told = told unknown';
comment on column current_promises.expected_on is 'Day on which the whole open quantity should reach the customer; null = unknown';
comment on column current_promises.first_on is 'Day on which the first part should; null = unknown';
comment on column current_promises.precision is 'day, week, month or unknown';
comment on column current_promises.first_told_at is 'First telling by a notice or a person, UTC';
comment on column current_promises.last_told_at is 'Last telling by a notice or a person, UTC';
comment on column current_promises.told_by is 'notice, person or promise (the date given with the order); null = nothing told';
comment on column current_promises.cause is 'What made the promise what it is: supplier, stock, demand, quantity, absence, overdue or settings';
