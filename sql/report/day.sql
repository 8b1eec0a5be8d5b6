-- The day that a report is about: the as-of date of the last committed run.
-- grain: one row; none before the first committed run
-- reads: runs
-- writes: -
-- params: -

with last_day as (
    select max_by(as_of_on, run_number) as as_of_on from runs where status = 'committed'
)

select
    r.as_of_on,
    count(*) as run_count,
    min(r.started_at) as began_at,
    max_by(r.as_of, r.run_number) as as_of,
    max_by(r.run_id, r.run_number) as run_id,
    max_by(r.open_lines, r.run_number) as open_lines,
    bool_or(r.is_baseline) as is_baseline
from runs as r
inner join last_day as d on r.as_of_on = d.as_of_on
where r.status = 'committed'
group by r.as_of_on;
