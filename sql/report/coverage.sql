-- What has become of the customers whose date the last runs found changed, oldest run first.
-- grain: one row a committed run, at most most_runs
-- reads: notice_coverage
-- writes: -
-- params: most_runs

select
    run_id,
    as_of,
    changed_customer_count,
    told_customer_count,
    called_customer_count,
    in_flight_customer_count,
    to_call_customer_count,
    in_the_dark_customer_count,
    -- A person decided so, the first run tells nobody, or the date has moved on since.
    discarded_customer_count + baseline_customer_count + overtaken_customer_count as nothing_to_tell_customer_count
from notice_coverage
qualify row_number() over (order by as_of desc, run_id desc) <= $most_runs::bigint
order by as_of, run_id;
