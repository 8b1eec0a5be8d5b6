-- Notices by state: of the run that made them, or of all runs where none is given.
-- grain: one row a state
-- reads: notices
-- writes: -
-- params: run_id

select state, count(*) as notices
from notices
where $run_id::varchar is null or run_id = $run_id
group by state
order by state;
