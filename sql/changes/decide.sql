-- Each change gets the first decision that applies (spec 4).
-- grain: one row a change
-- reads: work.changes, state.baseline_lines, work.contacts, state.suppressions, notices, notice_lines
-- writes: work.changes
-- params: as_of_on, confirm_advances_runs, max_notices_per_day

update work.changes as w
set decision = d.decision
from (
    with statements as (
        select n.notice_id, n.state, n.customer_id, n.to_address, l.order_id, l.line_no, l.kind, l.is_told, l.told_on, l.expected_on, l.parts
        from notices as n
        inner join notice_lines as l on n.notice_id = l.notice_id
        where n.state in ('pending', 'held', 'failed', 'bounced', 'dropped', 'discarded')
    ),

    judged as (
        select
            c.*,
            k.email,
            case
                when b.order_id is not null and b.expected_on is not distinct from c.expected_on then 'baseline'
                when c.kind = 'missed' then 'call'
                when k.customer_id is null or not k.has_usable_address then 'no_contact'
                when k.notify = 'none' then 'opted_out'
                when exists (select 1 from state.suppressions as x where lower(x.address) = lower(k.email)) then 'suppressed'
                when exists (
                    select 1 from statements as s
                    where s.state in ('failed', 'bounced', 'dropped') and s.to_address = k.email
                        and s.order_id = c.order_id and s.line_no = c.line_no and s.kind = c.kind
                        and s.is_told = c.is_told and s.told_on is not distinct from c.told_on
                        and s.expected_on is not distinct from c.expected_on
                ) then 'unreachable'
                when exists (
                    select 1 from statements as s
                    where s.state = 'discarded' and s.order_id = c.order_id and s.line_no = c.line_no and s.kind = c.kind
                        and s.is_told = c.is_told and s.told_on is not distinct from c.told_on
                        and s.expected_on is not distinct from c.expected_on
                ) then 'discarded'
            end as settled,
            -- An earlier date that is on its way needs no more confirming.
            (
                select count(*) > 0 from statements as s
                where s.state in ('pending', 'held') and s.to_address = k.email
                    and s.order_id = c.order_id and s.line_no = c.line_no and s.kind = c.kind
                    and s.is_told = c.is_told and s.told_on is not distinct from c.told_on
                    and s.expected_on is not distinct from c.expected_on and s.parts is not distinct from c.parts
            ) as is_on_its_way
        from work.changes as c
        left join state.baseline_lines as b on c.order_id = b.order_id and c.line_no = b.line_no
        left join work.contacts as k on c.customer_id = k.customer_id
    ),

    -- All that this run would say to a customer, and all that the notice on its way says.
    would_say as (
        select
            customer_id,
            any_value(email) as to_address,
            list((order_id, line_no, kind, is_told, told_on, expected_on, parts) order by order_id, line_no) as lines
        from judged
        where settled is null and (kind <> 'advanced' or streak >= $confirm_advances_runs or is_on_its_way)
        group by customer_id
    ),

    on_its_way as (
        select
            customer_id,
            to_address,
            list((order_id, line_no, kind, is_told, told_on, expected_on, parts) order by order_id, line_no) as lines
        from statements
        where state in ('pending', 'held')
        group by customer_id, notice_id, to_address
    ),

    in_flight as (
        select distinct s.customer_id
        from would_say as s
        inner join on_its_way as o on s.customer_id = o.customer_id and s.to_address = o.to_address and s.lines = o.lines
    ),

    -- A notice that never went out, or is about to be superseded, was not had by the customer.
    had as (
        select customer_id, count(*) as notices
        from notices
        where as_of_on = $as_of_on::date and state not in ('pending', 'held', 'superseded', 'discarded', 'failed')
        group by customer_id
    )

    select
        j.order_id,
        j.line_no,
        case
            when j.settled is not null then j.settled
            when f.customer_id is not null and (j.kind <> 'advanced' or j.streak >= $confirm_advances_runs or j.is_on_its_way) then 'in_flight'
            when j.kind = 'advanced' and j.streak < $confirm_advances_runs then 'unconfirmed'
            when coalesce(h.notices, 0) >= $max_notices_per_day then 'waiting'
            else 'notify'
        end as decision
    from judged as j
    left join in_flight as f on j.customer_id = f.customer_id
    left join had as h on j.customer_id = h.customer_id
) as d
where w.order_id = d.order_id and w.line_no = d.line_no;
