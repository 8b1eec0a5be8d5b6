-- Record how a run ended; a committed run stays committed.
-- grain: one row
-- reads: -
-- writes: runs
-- params: run_id, status, reason, now

update runs
set
    status = case when status = 'committed' then status else $status end,
    reason = coalesce($reason::varchar, reason),
    finished_at = $now
where run_id = $run_id;
