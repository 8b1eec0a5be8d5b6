-- Runs whose id begins so, as people paste it.
-- grain: one row a run
-- reads: runs
-- writes: -
-- params: beginning

select run_id
from runs
where starts_with(run_id, $beginning)
order by run_id = $beginning desc, run_id
limit 5;
