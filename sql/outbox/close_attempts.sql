-- Write down the outcomes of requests.
-- grain: one row a request
-- reads: work.outcomes
-- writes: attempts
-- params: now

update attempts as a
set outcome = o.outcome, detail = o.detail, provider_id = o.provider_id, finished_at = $now
from work.outcomes as o
where a.attempt_id = o.attempt_id;
