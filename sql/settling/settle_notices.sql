-- Move each touched notice to where all that is known of it puts it, whatever its state: a provider that speaks of a message has it.
-- grain: one row a notice
-- reads: work.touched_notices, delivery_events, notices, attempts
-- writes: notices
-- params: now

-- The state is a function of the set of events, so that their order and their repetition change nothing. Of several, the first of these counts:
-- bounced (a mailbox may refuse what its server took, and says so after `delivered`), delivered, dropped, accepted.
update notices as n
set
    state = s.state,
    reason = s.reason,
    provider_id = coalesce(n.provider_id, s.provider_id),
    -- A notice that we thought had never left was told when the provider first speaks of it; its clock need not be right.
    told_at = coalesce(n.told_at, greatest(n.created_at, least(s.first_event_at, $now::timestamp))),
    updated_at = case when n.state is distinct from s.state then $now else n.updated_at end
from (
    with known as (
        select
            e.notice_id,
            e.means,
            e.event_at,
            e.detail,
            split_part(e.message_id, '.', 1) as provider_id
        from delivery_events as e
        inner join notices as k on e.notice_id = k.notice_id
        where e.means is not null
            and e.notice_id in (select t.notice_id from work.touched_notices as t)
            -- What is said of an earlier request, whose end is known and which was put back since, is no news of the notice.
            and not exists (
                select 1 from attempts as a
                where a.notice_id = e.notice_id and starts_with(e.message_id || '.', a.provider_id || '.')
                    and (a.attempt_id is distinct from k.attempt_id or k.state in ('pending', 'held', 'superseded'))
            )
    ),

    judged as (
        select
            notice_id,
            case
                when bool_or(means = 'bounced') then 'bounced'
                when bool_or(means = 'delivered') then 'delivered'
                when bool_or(means = 'dropped') then 'dropped'
                else 'accepted'
            end as state,
            min(event_at) as first_event_at,
            min(nullif(provider_id, '')) as provider_id,
            min(detail) filter (means = 'bounced') as bounced_because,
            min(detail) filter (means = 'dropped') as dropped_because
        from known
        group by notice_id
    )

    select *, case state when 'bounced' then bounced_because when 'dropped' then dropped_because end as reason
    from judged
) as s
where n.notice_id = s.notice_id;
