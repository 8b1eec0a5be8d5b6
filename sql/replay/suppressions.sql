-- The addresses that were suppressed at a moment of the clock, by the events of until then and the lists as they are known.
-- grain: one row an address and reason
-- reads: delivery_events, state.suppressions, state.suppressions_lifted
-- writes: -
-- params: now

with last_words as (
    select
        address,
        suppression,
        max_by(struct_pack(suppresses := suppresses, since := coalesce(event_at, received_at), detail := detail), coalesce(event_at, received_at)) as last
    from delivery_events
    where suppression is not null and received_at <= $now
    group by address, suppression
)

select w.address, w.suppression as reason, w.last.since as since, 'events' as origin, w.last.detail as detail
from last_words as w
where w.last.suppresses
    and not exists (
        select 1 from state.suppressions_lifted as l
        where l.address = w.address and l.reason = w.suppression and l.lifted_at >= w.last.since and l.lifted_at <= $now
    )
union all
select address, reason, since, origin, detail
from state.suppressions
where origin <> 'events' and since <= $now;
