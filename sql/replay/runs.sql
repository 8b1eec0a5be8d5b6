-- The runs until an as-of instant, in the order in which they were made, each with the settings of then.
-- grain: one row a run
-- reads: runs, state.run_settings
-- writes: -
-- params: until

select
    r.run_id,
    r.run_number,
    r.as_of,
    r.started_at,
    r.status,
    r.is_baseline,
    r.promise_settings,
    s.settings,
    -- What a later run of the same as-of says took the place of what this one said.
    coalesce(max(r.run_number) filter (r.status = 'committed') over (partition by r.as_of) > r.run_number, false) as is_replaced
from runs as r
left join state.run_settings as s on r.settings_id = s.settings_id
-- A run behind the last one computed nothing, but counts.
where $until::timestamp is null
    or r.run_number <= (select max(u.run_number) from runs as u where u.status = 'committed' and u.as_of <= $until::timestamp)
order by r.run_number;
