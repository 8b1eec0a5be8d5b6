-- The notices that a run made.
-- grain: one row a notice
-- reads: notices
-- writes: -
-- params: run_id

select *
from notices
where run_id = $run_id
order by customer_id;
