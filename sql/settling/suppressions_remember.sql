-- What all events together say of these addresses: for each reason the last word by the provider's clock counts, in whatever order they came.
-- grain: one row an address and reason
-- reads: work.events, delivery_events, state.suppressions_lifted
-- writes: state.suppressions
-- params: -

insert into state.suppressions by name
with last_words as (
    select e.address, e.suppression, e.suppresses, e.detail, coalesce(e.event_at, e.received_at) as since
    from delivery_events as e
    where e.suppression is not null
        and e.address in (select w.address from work.events as w where w.suppression is not null)
    qualify row_number() over (partition by e.address, e.suppression order by e.event_at desc nulls last, e.suppresses desc, e.detail) = 1
)

select
    address,
    suppression as reason,
    since,
    'events' as origin,
    detail
from last_words as w
where w.suppresses
    and not exists (
        select 1 from state.suppressions_lifted as l
        where l.address = w.address and l.reason = w.suppression and l.lifted_at >= w.since
    );
