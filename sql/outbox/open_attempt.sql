-- Write down the intent before the request leaves.
-- grain: one row
-- reads: -
-- writes: attempts
-- params: attempt_id, notice_id, run_id, now

insert into attempts by name
select $attempt_id as attempt_id, $notice_id as notice_id, $run_id as run_id, $now as started_at;
