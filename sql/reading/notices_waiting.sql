-- Notices that wait for somebody; failed ones as long as nothing later has told a line of theirs that is still open.
-- grain: one row a state
-- reads: notices, notice_lines, state.open_order_lines, state.tellings_by_person
-- writes: -
-- params: -

with unanswered as (
    select f.notice_id
    from notices as f
    inner join notice_lines as l on f.notice_id = l.notice_id
    inner join state.open_order_lines as o on l.order_id = o.order_id and l.line_no = o.line_no
    where f.state = 'failed'
        and not exists (
            select 1
            from notices as n
            inner join notice_lines as k on n.notice_id = k.notice_id
            where k.order_id = l.order_id and k.line_no = l.line_no and n.created_at > f.created_at
        )
        and not exists (
            select 1 from state.tellings_by_person as t
            where t.order_id = l.order_id and t.line_no = l.line_no and t.recorded_at > f.updated_at
        )
)

select
    state,
    count(*) as notices,
    min(updated_at) as since,
    list_sort(list(distinct run_id)) as run_ids
from notices
where state in ('pending', 'held', 'sending', 'uncertain') or notice_id in (select notice_id from unanswered)
group by state
order by state;
