-- How the checks of the last runs ended, by suite, oldest run first. A run that never came to its checks has a row without a suite.
-- grain: one row a run and suite, of at most most_runs
-- reads: runs, check_results
-- writes: -
-- params: most_runs

with last_runs as (
    select *
    from runs
    qualify row_number() over (order by run_number desc) <= $most_runs::bigint
)

select
    r.run_id,
    r.as_of,
    r.status,
    c.suite,
    count(c.suite) filter (c.success) as passed_count,
    count(c.suite) filter (not c.success and not c.is_error) as failed_count,
    count(c.suite) filter (c.is_error) as errored_count
from last_runs as r
left join check_results as c on r.run_id = c.run_id
group by r.run_id, r.run_number, r.as_of, r.status, c.suite
order by r.run_number, c.suite;
