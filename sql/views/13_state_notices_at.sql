-- The state that each notice had at a moment of the clock, from its requests, events and what people decided of it.
-- grain: one row a notice made by then
-- reads: notices, attempts, delivery_events, state.decisions_by_person
-- writes: state.notices_at
-- params: -

create or replace macro state.notices_at(w) as table
with requests as (
    select notice_id, max_by(struct_pack(started_at := started_at, finished_at := finished_at, outcome := outcome), started_at) as last
    from attempts
    where started_at <= w::timestamp
    group by notice_id
),

-- As sql/settling/settle_notices.sql weighs them.
events as (
    select
        notice_id,
        case
            when bool_or(means = 'bounced') then 'bounced'
            when bool_or(means = 'delivered') then 'delivered'
            when bool_or(means = 'dropped') then 'dropped'
            else 'accepted'
        end as state,
        max(received_at) as received_at
    from delivery_events
    where means is not null and received_at <= w::timestamp
    group by notice_id
),

decisions as (
    select notice_id, max_by(struct_pack(decided_at := decided_at, action := action, effect := effect), decided_at) as last
    from state.decisions_by_person
    where notice_id is not null and decided_at <= w::timestamp
    group by notice_id
),

releases as (
    select distinct run_id from state.decisions_by_person where action = 'release' and decided_at <= w::timestamp
),

judged as (
    select
        n.*,
        q.last as request,
        e.state as event_state,
        e.received_at as event_received_at,
        d.last as decision,
        n.held_because is not null and r.run_id is null as is_held
    from notices as n
    left join requests as q on n.notice_id = q.notice_id
    left join events as e on n.notice_id = e.notice_id
    left join decisions as d on n.notice_id = d.notice_id
    left join releases as r on n.run_id = r.run_id
    where n.created_at <= w::timestamp
)

select
    notice_id,
    run_id,
    customer_id,
    created_at,
    case
        when updated_at <= w::timestamp then state
        when decision.decided_at > coalesce(greatest(request.started_at, event_received_at), '-infinity'::timestamp)
            then case when decision.action = 'resolve sent' then 'accepted' when starts_with(decision.effect, 'pending') then 'pending' else 'superseded' end
        -- An event of before the request speaks of an earlier one.
        when event_state is not null and (request.started_at is null or event_received_at >= request.started_at) then event_state
        when request.outcome is null and request.started_at is not null then 'sending'
        when request.finished_at > w::timestamp then 'sending'
        when request.outcome in ('accepted', 'validated') then 'accepted'
        when request.outcome in ('failed', 'uncertain') then request.outcome
        when request.outcome is null and is_held then 'held'
        else 'pending'
    end as state,
    -- It counts from the request that first left.
    coalesce(case when told_at <= w::timestamp then told_at end, request.started_at) as told_at
from judged;

comment on macro table state.notices_at is 'state.notices_at(w): the state that each notice had at the moment w of the clock (UTC).';
