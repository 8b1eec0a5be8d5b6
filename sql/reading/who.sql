-- Who should be informed, who has been, who could not be: every open line concerned, at an as-of instant or now.
-- grain: one row an open order line
-- reads: promise_history, order_line_history, promise_slices, state.tellings_as_of, state.moment_of, state.notices_at, notice_lines, runs, changes,
--   state.standing_changes, state.current_customers
-- writes: -
-- params: as_of, supplier_id, po_number, sku

with moment as (
    select $as_of::timestamp as as_of
),

promises as (
    select p.*
    from promise_history as p, moment as m
    where case when m.as_of is null then p.valid_to is null else p.valid_from <= m.as_of and (p.valid_to is null or p.valid_to > m.as_of) end
),

lines as (
    select o.*
    from order_line_history as o, moment as m
    where case when m.as_of is null then o.valid_to is null else o.valid_from <= m.as_of and (o.valid_to is null or o.valid_to > m.as_of) end
),

told as (
    select
        order_id,
        line_no,
        customer_id,
        max_by(
            struct_pack(told_on := told_on, told_by := told_by, notice_id := notice_id, state := state), told_at
        ) as last
    from state.tellings_as_of($as_of)
    group by order_id, line_no, customer_id
),

waiting as (
    select l.order_id, l.line_no, n.customer_id, max_by(struct_pack(notice_id := n.notice_id, state := n.state), n.created_at) as last
    from state.notices_at((select moment from state.moment_of($as_of))) as n
    inner join notice_lines as l on n.notice_id = l.notice_id
    where n.state in ('pending', 'held')
    group by l.order_id, l.line_no, n.customer_id
),

-- Now: what stood after the last committed run. Then: what had been recorded last.
found as (
    select order_id, line_no, kind, decision
    from state.standing_changes, moment as m
    where m.as_of is null
    union all
    select order_id, line_no, kind, decision
    from (
        select c.order_id, c.line_no, c.kind, c.decision, c.expected_on
        from changes as c
        inner join runs as r on c.run_id = r.run_id
        cross join moment as m
        where m.as_of is not null and r.as_of <= m.as_of
        qualify row_number() over (partition by c.order_id, c.line_no order by r.run_number desc) = 1
    ) as past
    -- A change whose date is no longer believed has gone.
    where exists (
        select 1 from promises as p
        where p.order_id = past.order_id and p.line_no = past.line_no and p.expected_on is not distinct from past.expected_on
    )
),

final as (
    select
        p.order_id,
        p.line_no,
        p.customer_id,
        k.name,
        k.email,
        p.sku,
        o.description,
        p.quantity_open,
        t.order_id is not null or o.promised_on is not null as is_told,
        case when t.order_id is not null then t.last.told_on else o.promised_on end as told_on,
        coalesce(t.last.told_by, case when o.promised_on is not null then 'promise' end) as told_by,
        n.is_told as was_told_before,
        n.told_on as told_before_on,
        p.expected_on,
        p.cause,
        f.kind,
        f.decision,
        coalesce(w.last.notice_id, t.last.notice_id) as notice_id,
        coalesce(w.last.state, t.last.state) as notice_state,
        o.sales_rep_id,
        case
            -- A held notice waits for a person, not for a dispatch.
            when w.last.state = 'held' then 'to_be_informed'
            when w.order_id is not null then 'being_informed'
            when t.order_id is not null and t.last.told_on is not distinct from p.expected_on
                then case when t.last.state in ('sending', 'uncertain') then 'being_informed' else 'informed' end
            when f.order_id is null or f.decision = 'discarded' then 'nothing_to_tell'
            when f.decision = 'baseline' and f.kind in ('dated', 'advanced') then 'nothing_to_tell'
            when f.decision in ('waiting', 'unconfirmed', 'notify', 'in_flight') then 'to_be_informed'
            else 'not_reached'
        end as answer
    from promises as p
    inner join lines as o on p.order_id = o.order_id and p.line_no = o.line_no
    left join told as t on p.order_id = t.order_id and p.line_no = t.line_no and p.customer_id = t.customer_id
    left join waiting as w on p.order_id = w.order_id and p.line_no = w.line_no and p.customer_id = w.customer_id
    left join found as f on p.order_id = f.order_id and p.line_no = f.line_no
    -- What the customer had been told before that notice.
    left join notice_lines as n
        on coalesce(w.last.notice_id, t.last.notice_id) = n.notice_id and p.order_id = n.order_id and p.line_no = n.line_no
    left join state.current_customers as k on p.customer_id = k.customer_id
    where ($sku::varchar is null or p.sku = $sku)
        and (
            ($supplier_id::varchar is null and $po_number::varchar is null)
            or (
                coalesce(p.moved_supplier_id = $supplier_id, $supplier_id::varchar is null)
                and coalesce(p.moved_po_number = $po_number, $po_number::varchar is null)
                and p.moved_po_number is not null
            )
            or ($supplier_id::varchar is null and o.po_number = $po_number)
            or exists (
                select 1 from promise_slices as s
                where s.order_id = p.order_id and s.line_no = p.line_no
                    and ($supplier_id::varchar is null or s.supplier_id = $supplier_id)
                    and ($po_number::varchar is null or s.po_number = $po_number)
            )
        )
)

select *
from final
order by
    case answer when 'not_reached' then 1 when 'to_be_informed' then 2 when 'being_informed' then 3 when 'informed' then 4 else 5 end,
    customer_id,
    order_id,
    line_no;
