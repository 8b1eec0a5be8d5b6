-- What the provider's log proves never to have been taken goes out again, if all of it is still true; else a later run has known better (spec 5).
-- grain: one row a notice
-- reads: work.missing_notices, notices, notice_lines, current_promises, state.tellings_by_person
-- writes: notices
-- params: now

update notices as n
set
    state = case when s.is_still_true then 'pending' else 'superseded' end,
    reason = 'the provider''s log does not have it',
    -- What never left told nobody.
    told_at = null,
    updated_at = $now
from (
    select
        m.notice_id,
        m.attempt_id,
        not exists (
            select 1
            from notice_lines as l
            inner join notices as k on l.notice_id = k.notice_id
            where l.notice_id = m.notice_id
                and (
                    not exists (
                        select 1 from current_promises as p
                        where p.order_id = l.order_id and p.line_no = l.line_no and p.customer_id = k.customer_id
                            and p.expected_on is not distinct from l.expected_on
                    )
                    or exists (
                        select 1
                        from notice_lines as o
                        inner join notices as later on o.notice_id = later.notice_id
                        where o.order_id = l.order_id and o.line_no = l.line_no and later.created_at > k.created_at
                    )
                    or exists (
                        select 1 from state.tellings_by_person as t
                        where t.order_id = l.order_id and t.line_no = l.line_no and t.recorded_at > k.created_at
                    )
                )
        ) as is_still_true
    from work.missing_notices as m
) as s
where n.notice_id = s.notice_id and n.attempt_id is not distinct from s.attempt_id and n.state = 'uncertain';
