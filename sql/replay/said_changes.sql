-- The changes that a run recorded.
-- grain: one row a change
-- reads: changes
-- writes: -
-- params: run_id

select order_id, line_no, customer_id, kind, is_told, told_on, expected_on, days_moved, cause, decision
from changes
where run_id = $run_id;
