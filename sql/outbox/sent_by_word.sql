-- A person has found that an uncertain notice was taken by the provider: it told its customer when it was sent.
-- grain: one row a notice
-- reads: -
-- writes: notices
-- params: now, notice_id

update notices
set state = 'accepted', updated_at = $now, reason = null
where notice_id = $notice_id and state = 'uncertain';
