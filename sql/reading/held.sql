-- What guards hold, run by run, and why; all runs where no run is given.
-- grain: one row a run and reason
-- reads: notices
-- writes: -
-- params: run_id

select run_id, reason, count(*) as notices, min(created_at) as since
from notices
where state = 'held' and ($run_id::varchar is null or run_id = $run_id)
group by run_id, reason
order by since, run_id, reason;
