-- Move notices by the outcomes of their requests; the outcome of any other request than the one that counts is ignored.
-- grain: one row a notice
-- reads: work.outcomes
-- writes: notices
-- params: now

update notices as n
set
    state = o.state,
    provider_id = coalesce(o.provider_id, n.provider_id),
    reason = case when o.state <> 'accepted' then o.detail end,
    -- What never left told nobody.
    told_at = case when o.state <> 'pending' then n.told_at end,
    updated_at = $now
from work.outcomes as o
where n.notice_id = o.notice_id and n.attempt_id = o.attempt_id and n.state in ('sending', 'uncertain');
