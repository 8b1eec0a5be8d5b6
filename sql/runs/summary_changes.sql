-- The changes that arose in a run, by kind and decision.
-- grain: one row a kind and decision
-- reads: changes
-- writes: -
-- params: run_id

select kind, decision, count(*) as changes
from changes
where run_id = $run_id
group by kind, decision
order by kind, decision;
