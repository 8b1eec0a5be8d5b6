-- Who can be written to, and from where on each was not: after the last digest that was taken; while none was, from where the first began.
-- grain: one row a member of staff; one, without an id, for the lines of all others
-- reads: state.digests
-- writes: work.digest_recipients
-- params: staff_ids, roles, warehouse_ids, occasion, as_of, as_of_on, now

insert into work.digest_recipients by name
with staff as (
    select
        unnest($staff_ids::varchar []) as staff_id,
        unnest($roles::varchar []) as role,
        unnest($warehouse_ids::varchar []) as warehouse_id
)

select
    s.staff_id,
    s.role,
    s.warehouse_id,
    -- At most one a day: what may have left is not sent again.
    $occasion <> 'daily' or not exists (
        select 1 from state.digests as d
        where d.occasion = 'daily' and d.staff_id is not distinct from s.staff_id
            and d.as_of_on >= $as_of_on::date and d.state in ('sending', 'uncertain', 'accepted')
    ) as is_due,
    -- The first one looks back one day.
    coalesce(max(l.history_as_of) filter (l.state = 'accepted'), min(l.since_as_of), $as_of::timestamp - to_days(1)) as since_as_of,
    coalesce(max(l.made_at) filter (l.state = 'accepted'), min(l.since_made_at), $now::timestamp - to_days(1)) as since_made_at
from staff as s
left join state.digests as l on l.occasion = 'daily' and l.staff_id is not distinct from s.staff_id
group by s.staff_id, s.role, s.warehouse_id;
