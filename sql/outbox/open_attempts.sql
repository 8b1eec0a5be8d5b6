-- Write down the intent before the requests leave.
-- grain: one row a request
-- reads: work.claims
-- writes: attempts
-- params: now

insert into attempts by name
select attempt_id, notice_id, run_id, $now as started_at
from work.claims;
