-- The moment of the clock that an as-of instant speaks of: what the last run of then had done by its end, and people until that instant.
-- grain: one row
-- reads: runs
-- writes: state.moment_of
-- params: -

-- A run's messages speak at its as-of. Where as-of times are not the clock's (a rehearsal, an outage made good), the time between two runs is all there is.
create or replace macro state.moment_of(t) as table
with last_run as (
    select run_number, coalesce(finished_at, 'infinity'::timestamp) as finished_at
    from runs
    where status = 'committed' and as_of <= t::timestamp
    order by run_number desc
    limit 1
),

next_run as (
    select min(started_at) - to_microseconds(1) as until_at
    from runs
    where status = 'committed' and run_number > coalesce((select run_number from last_run), 0)
)

select
    case
        when t::timestamp is null then 'infinity'::timestamp
        else least(greatest(t::timestamp, (select finished_at from last_run)), (select until_at from next_run))
    end as moment;

comment on macro table state.moment_of is 'state.moment_of(t): the moment of the clock that the as-of instant t (UTC) speaks of; null = now.';
