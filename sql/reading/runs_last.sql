-- The newest run, and the last that was committed.
-- grain: one row a run, at most two
-- reads: runs
-- writes: -
-- params: -

select *
from runs
qualify run_number = max(run_number) over () or run_number = max(run_number) filter (where status = 'committed') over ()
order by run_number desc;
