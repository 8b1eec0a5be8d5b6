-- The notices of until a moment of the clock: the run that is made again has seen none of them.
-- grain: one row a notice
-- reads: notices
-- writes: -
-- params: now

select notice_id
from notices
where created_at <= $now;
