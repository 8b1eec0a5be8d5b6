-- What there is to say to each sales person of their open lines; each stands once, where it matters most.
-- grain: one row an order line
-- reads: state.open_order_lines, work.digest_recipients, current_promises, promise_history, customers_to_call, state.standing_changes, notices,
--   notice_lines, state.tellings, state.current_customers, state.supply_lines, state.digests, state.digest_lines
-- writes: work.digest_lines
-- params: as_of_on

insert into work.digest_lines by name
with owned as (
    select o.order_id, o.line_no, o.customer_id, o.sku, o.description, r.staff_id, r.since_as_of, r.since_made_at
    from state.open_order_lines as o
    -- A line whose sales person is nobody that can be written to is the fallback's.
    inner join work.digest_recipients as r
        on r.staff_id is not distinct from case
            when o.sales_rep_id in (select k.staff_id from work.digest_recipients as k where k.staff_id is not null) then o.sales_rep_id
        end
    where r.is_due
),

-- What was sent, or may have been, of lines to call.
called_for as (
    select distinct l.order_id, l.line_no, l.customer_id, l.kind, l.told_on, l.expected_on
    from state.digest_lines as l
    inner join state.digests as d on l.digest_id = d.digest_id
    where l.section = 'call' and d.state in ('sending', 'uncertain', 'accepted')
),

newest_notices as (
    select l.order_id, l.line_no, n.customer_id, l.kind, l.is_told, l.told_on, l.expected_on, n.state, n.reason
    from notices as n
    inner join notice_lines as l on n.notice_id = l.notice_id
    where n.state not in ('superseded', 'discarded')
    qualify row_number() over (partition by l.order_id, l.line_no, n.customer_id order by n.created_at desc, n.notice_id) = 1
),

newest_tellings as (
    select t.*, n.state
    from state.tellings as t
    left join notices as n on t.notice_id = n.notice_id
    qualify row_number() over (partition by t.order_id, t.line_no, t.customer_id order by t.told_at desc, t.notice_id) = 1
),

to_call as (
    select
        c.order_id, c.line_no, c.customer_id, c.kind, coalesce(s.is_told, n.is_told, false) as is_told, c.told_on as from_on, c.expected_on, s.cause,
        c.decision as standing, k.order_id is null and c.decision <> 'baseline' as is_new
    from customers_to_call as c
    left join state.standing_changes as s on c.order_id = s.order_id and c.line_no = s.line_no
    left join newest_notices as n on c.order_id = n.order_id and c.line_no = n.line_no and c.customer_id = n.customer_id
    left join called_for as k
        on c.order_id = k.order_id and c.line_no = k.line_no and c.customer_id = k.customer_id
            and c.kind is not distinct from k.kind and c.told_on is not distinct from k.told_on
            and c.expected_on is not distinct from k.expected_on
),

-- On its way, or stuck: nobody can say that the customer was told.
on_the_way as (
    select order_id, line_no, customer_id, kind, is_told, told_on as from_on, expected_on, state as standing, reason as detail
    from newest_notices
    where state in ('held', 'pending', 'sending', 'uncertain', 'failed')
),

-- For a later run to tell.
put_off as (
    select order_id, line_no, customer_id, kind, is_told, told_on as from_on, expected_on, cause, decision as standing
    from state.standing_changes
    where decision in ('waiting', 'unconfirmed')
),

told as (
    select
        o.order_id, o.line_no, o.customer_id, l.kind, coalesce(l.is_told, true) as is_told, l.told_on as from_on, t.told_on as expected_on,
        coalesce(t.state, 'person') as standing, t.person as detail
    from owned as o
    inner join newest_tellings as t on o.order_id = t.order_id and o.line_no = t.line_no and o.customer_id = t.customer_id
    left join notice_lines as l on t.notice_id = l.notice_id and t.order_id = l.order_id and t.line_no = l.line_no
    where t.told_at > o.since_made_at
),

-- Believed to come on another day at the last digest.
moved as (
    select o.order_id, o.line_no, o.customer_id, true as is_told, b.expected_on as from_on, p.expected_on
    from owned as o
    inner join current_promises as p on o.order_id = p.order_id and o.line_no = p.line_no
    inner join promise_history as b
        on o.order_id = b.order_id and o.line_no = b.line_no and o.customer_id = b.customer_id
            and b.valid_from <= o.since_as_of and b.valid_to > o.since_as_of
    where b.expected_on is distinct from p.expected_on
),

said as (
    select *, 1 as rank, 'call' as section from to_call
    union all by name
    select *, 2 as rank, 'waiting' as section from on_the_way
    union all by name
    select *, 3 as rank, 'waiting' as section from put_off
    union all by name
    select *, 4 as rank, 'told' as section from told
    union all by name
    select *, 5 as rank, 'moved' as section from moved
),

final as (
    select
        o.staff_id,
        a.section,
        o.customer_id,
        k.name as customer_name,
        o.order_id,
        o.line_no,
        o.sku,
        o.description,
        h.quantity_open as quantity,
        a.kind,
        a.is_told,
        a.from_on,
        a.expected_on,
        h.precision,
        -- A day that has passed without a word is late by as much as has passed.
        case when a.kind = 'missed' then greatest(a.expected_on, $as_of_on::date) else a.expected_on end - a.from_on as days_later,
        coalesce(a.cause, h.cause) as cause,
        h.moved_supplier_id as supplier_id,
        h.moved_po_number as po_number,
        h.moved_po_line as po_line,
        s.reason as supplier_reason,
        a.standing,
        a.detail,
        coalesce(a.is_new, false) as is_new
    from owned as o
    inner join said as a on o.order_id = a.order_id and o.line_no = a.line_no and o.customer_id = a.customer_id
    inner join promise_history as h on o.order_id = h.order_id and o.line_no = h.line_no and h.valid_to is null
    left join state.current_customers as k on o.customer_id = k.customer_id
    left join state.supply_lines as s
        on h.moved_supplier_id = s.supplier_id and h.moved_po_number = s.po_number and h.moved_po_line = s.po_line
            and h.moved_slice_no = s.slice_no
    qualify row_number() over (partition by o.order_id, o.line_no order by a.rank) = 1
)

select
    *,
    row_number() over (
        partition by staff_id, section
        -- How late, then how much: no date at all is later than any.
        order by from_on is not null and expected_on is null desc, days_later desc nulls last, quantity desc, customer_id, order_id, line_no
    ) as place
from final;
