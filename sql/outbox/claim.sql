-- Claim notices: from here on their customers count as told.
-- grain: one row a notice
-- reads: work.claims
-- writes: notices
-- params: now

update notices as n
set state = 'sending', attempt_id = c.attempt_id, updated_at = $now, told_at = coalesce(n.told_at, $now), reason = null
from work.claims as c
where n.notice_id = c.notice_id and n.state = 'pending';
