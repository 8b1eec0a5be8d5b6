-- What people decided about a notice, or about all notices of its run.
-- grain: one row a decision
-- reads: state.decisions_by_person, notices
-- writes: -
-- params: notice_id

select d.decided_at, d.decided_by, d.action, d.why, d.effect
from state.decisions_by_person as d
inner join notices as n on d.notice_id = n.notice_id or (d.notice_id is null and d.run_id = n.run_id)
where n.notice_id = $notice_id
order by d.decided_at;
