-- Move a notice by the outcome of its request; the outcome of any other request is ignored.
-- grain: one row
-- reads: -
-- writes: notices
-- params: notice_id, attempt_id, state, provider_id, reason, now

update notices
set
    state = $state,
    provider_id = coalesce($provider_id::varchar, provider_id),
    reason = $reason::varchar,
    -- What never left told nobody.
    told_at = case when $state = 'pending' then null else told_at end,
    updated_at = $now
where notice_id = $notice_id and attempt_id = $attempt_id and state in ('sending', 'uncertain');
