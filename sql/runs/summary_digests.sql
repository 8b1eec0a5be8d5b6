-- The call lists that went out at the end of a run, by state.
-- grain: one row a state
-- reads: state.digests
-- writes: -
-- params: run_id

select state, count(*) as digests
from state.digests
where run_id = $run_id
group by state
order by state;
