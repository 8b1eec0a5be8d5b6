-- The last committed run.
-- grain: one row, or none
-- reads: runs
-- writes: -
-- params: -

select run_id, run_number, as_of, as_of_on, promise_settings
from runs
where status = 'committed'
order by run_number desc
limit 1;
