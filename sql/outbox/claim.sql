-- Claim one notice: from here on the customer counts as told.
-- grain: one row
-- reads: -
-- writes: notices
-- params: notice_id, attempt_id, now

update notices
set state = 'sending', attempt_id = $attempt_id, updated_at = $now, told_at = coalesce(told_at, $now), reason = null
where notice_id = $notice_id and state = 'pending';
