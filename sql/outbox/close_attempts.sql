-- Write down the outcomes of requests; what was claimed before the first of them is passed over, however long the history is.
-- grain: one row a request
-- reads: work.outcomes
-- writes: attempts
-- params: now, first_claimed_at

update attempts as a
set outcome = o.outcome, detail = o.detail, provider_id = o.provider_id, finished_at = $now
from work.outcomes as o
where a.attempt_id = o.attempt_id and a.started_at >= $first_claimed_at;
