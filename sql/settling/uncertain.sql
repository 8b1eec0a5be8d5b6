-- Notices of which nobody knows whether the provider took them, with when their request left and ended.
-- grain: one row a notice
-- reads: notices, attempts
-- writes: -
-- params: -

select
    n.notice_id,
    n.attempt_id,
    n.to_address,
    coalesce(a.started_at, n.told_at, n.updated_at) as sent_at,
    greatest(coalesce(a.finished_at, n.updated_at), coalesce(a.started_at, n.updated_at)) as ended_at
from notices as n
left join attempts as a on n.attempt_id = a.attempt_id
where n.state = 'uncertain'
order by sent_at, n.notice_id;
