-- Lines that no message could settle, or that one has not reached: a person should call.
-- grain: one row an order line
-- reads: state.standing_changes, state.tellings_by_person, state.tellings, state.reach, current_promises, notices, notice_lines, delivery_events
-- writes: customers_to_call
-- params: -

create or replace view customers_to_call as
with standing as (
    select
        s.order_id,
        s.line_no,
        s.customer_id,
        s.kind,
        s.told_on,
        s.expected_on,
        s.decision,
        s.since
    from state.standing_changes as s
    where (
        s.decision in ('call', 'no_contact', 'opted_out', 'suppressed', 'unreachable')
        or (s.decision = 'baseline' and s.kind in ('delayed', 'unknown', 'missed'))
    )
    -- Settled by a person since the last run looked.
    and not exists (
        select 1 from state.tellings_by_person as t
        where t.order_id = s.order_id and t.line_no = s.line_no and t.recorded_at > s.evaluated_at
    )
),

-- Of each open line, the last thing that its customer was told, if a notice said it, was taken, and has not arrived in time.
newest_tellings as (
    select t.order_id, t.line_no, t.customer_id, t.notice_id, t.told_at
    from state.tellings as t
    inner join current_promises as p on t.order_id = p.order_id and t.line_no = p.line_no and t.customer_id = p.customer_id
    qualify row_number() over (partition by t.order_id, t.line_no order by t.told_at desc, t.notice_id) = 1
),

undelivered as (
    select t.order_id, t.line_no, t.customer_id, t.notice_id, 'undelivered' as decision, t.told_at + to_hours(1) * r.delivered_within_hours as since
    from newest_tellings as t
    inner join notices as n on t.notice_id = n.notice_id
    cross join state.reach as r
    where n.state = 'accepted' and t.told_at + to_hours(1) * r.delivered_within_hours <= r.as_of
        -- Where events never arrive, their absence says nothing.
        and exists (
            select 1 from delivery_events as e
            inner join notices as k on e.notice_id = k.notice_id
            where e.origin = 'webhook'
        )
),

-- What came back, or was refused for good, since the last run looked; the next one decides anew.
newest_notices as (
    select l.order_id, l.line_no, n.customer_id, n.notice_id, n.state, n.updated_at, n.created_at, n.told_at
    from notices as n
    inner join notice_lines as l on n.notice_id = l.notice_id
    inner join current_promises as p on l.order_id = p.order_id and l.line_no = p.line_no and n.customer_id = p.customer_id
    qualify row_number() over (partition by l.order_id, l.line_no order by n.created_at desc, n.notice_id) = 1
),

come_back as (
    select n.order_id, n.line_no, n.customer_id, n.notice_id, n.state as decision, n.updated_at as since
    from newest_notices as n
    where n.state in ('bounced', 'dropped', 'failed')
        and not exists (select 1 from state.reach as r where r.looked_at >= n.updated_at)
        and not exists (
            select 1 from state.tellings as t
            where t.order_id = n.order_id and t.line_no = n.line_no and t.told_at > coalesce(n.told_at, n.created_at)
        )
),

unreached as (
    select * from undelivered
    union all
    select * from come_back
)

select * from standing
union all
select
    u.order_id,
    u.line_no,
    u.customer_id,
    l.kind,
    l.told_on,
    l.expected_on,
    u.decision,
    u.since
from unreached as u
inner join notice_lines as l on u.notice_id = l.notice_id and u.order_id = l.order_id and u.line_no = l.line_no
where not exists (select 1 from standing as s where s.order_id = u.order_id and s.line_no = u.line_no);

comment on view customers_to_call is 'One row for each order line that no message could settle: a person should call its customer, then record it with `tellwhen told`.';
comment on column customers_to_call.order_id is 'Order';
comment on column customers_to_call.line_no is 'Its line';
comment on column customers_to_call.customer_id is 'Who waits';
comment on column customers_to_call.kind is 'delayed, advanced, unknown, dated or missed';
comment on column customers_to_call.told_on is 'The day last told; null = unknown or nothing told';
comment on column customers_to_call.expected_on is 'The day now expected; null = unknown';
comment on column customers_to_call.decision is
'Why no message settles it: the decision about its change, or undelivered, bounced, dropped or failed, which is what became of its notice';
comment on column customers_to_call.since is 'As-of since when the change has stood, or when its notice came back or should have been delivered, UTC';
