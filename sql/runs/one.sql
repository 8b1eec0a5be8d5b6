-- A run by its id.
-- grain: one row, or none
-- reads: runs
-- writes: -
-- params: run_id

select run_number, as_of, as_of_on, status, is_baseline, open_lines, reason
from runs
where run_id = $run_id;
