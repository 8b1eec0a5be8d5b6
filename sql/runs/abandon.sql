-- A run that still stands as running while we hold the writer's lock did not finish.
-- grain: one row a run
-- reads: -
-- writes: runs
-- params: now

update runs
set status = 'failed', finished_at = $now, reason = 'the process ended before the run did'
where status = 'running';
