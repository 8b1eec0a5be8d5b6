-- Write down the outcome of a request.
-- grain: one row
-- reads: -
-- writes: attempts
-- params: attempt_id, outcome, detail, now

update attempts
set outcome = $outcome, detail = $detail, finished_at = $now
where attempt_id = $attempt_id;
