-- What we believed of every line that was open at an as-of instant, and what its customer had then been told.
-- grain: one row an order line open then
-- reads: promise_history, order_line_history, state.tellings_as_of
-- writes: promises_as_of
-- params: -

create or replace macro promises_as_of(t) as table
with told as (
    select
        order_id,
        line_no,
        customer_id,
        max_by(struct_pack(told_on := told_on, told_by := told_by), told_at) as last_telling,
        min(told_at) as first_told_at,
        max(told_at) as last_told_at
    from state.tellings_as_of(t)
    group by order_id, line_no, customer_id
)

select
    p.*,
    o.ordered_at,
    o.promised_on,
    d.order_id is not null or o.promised_on is not null as is_told,
    case when d.order_id is not null then d.last_telling.told_on else o.promised_on end as told_on,
    d.first_told_at,
    d.last_told_at,
    coalesce(d.last_telling.told_by, case when o.promised_on is not null then 'promise' end) as told_by
from promise_history as p
left join order_line_history as o
    on p.order_id = o.order_id and p.line_no = o.line_no and o.valid_from <= t::timestamp and (o.valid_to is null or o.valid_to > t::timestamp)
left join told as d on p.order_id = d.order_id and p.line_no = d.line_no and p.customer_id = d.customer_id
where p.valid_from <= t::timestamp and (p.valid_to is null or p.valid_to > t::timestamp);

comment on macro table promises_as_of is
'promises_as_of(t): what we believed at the as-of instant t (UTC) of every order line that was open then, and what its customer had been told by the end of the run of then; the columns of promise_history and of current_promises.';
