-- The notices that a run made or moved, by state.
-- grain: one row a state
-- reads: notices, runs
-- writes: -
-- params: run_id

select n.state, count(*) as notices
from notices as n
inner join runs as r on r.run_id = $run_id
where n.run_id = r.run_id or n.updated_at >= r.started_at
group by n.state
order by n.state;
