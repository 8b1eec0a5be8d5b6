-- The runs, newest first.
-- grain: one row a run
-- reads: runs
-- writes: -
-- params: -

select *
from runs
order by run_number desc;
