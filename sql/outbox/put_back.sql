-- Put notices back that told nobody: to pending if all they say is still true and news, else they are superseded (spec 5).
-- grain: one row a notice
-- reads: notices, notice_lines, state.open_order_lines, promise_history, promise_slices, state.tellings
-- writes: notices
-- params: now, run_id, notice_id

-- Of a line it is still true and news when the line is open for the same customer, is expected on that day and in those parts by the last
-- committed run, nothing was told of it after the notice was made, and nothing else about it is on its way. One notice where its id is
-- given, else all that are held of the run.
update notices as n
set
    state = case when j.obstacle is null then 'pending' else 'superseded' end,
    reason = j.obstacle,
    -- What never left told nobody.
    told_at = null,
    updated_at = $now
from (
    with chosen as (
        select l.*, c.customer_id, c.created_at
        from notices as c
        inner join notice_lines as l on c.notice_id = l.notice_id
        where c.notice_id = $notice_id::varchar or ($notice_id::varchar is null and c.run_id = $run_id::varchar and c.state = 'held')
    ),

    by_day as (
        select s.order_id, s.line_no, s.expected_on, s.precision, sum(s.quantity)::decimal(18, 6) as quantity
        from promise_slices as s
        where exists (select 1 from chosen as c where c.order_id = s.order_id and c.line_no = s.line_no)
        group by s.order_id, s.line_no, s.expected_on, s.precision
    ),

    -- As changes/found makes them.
    parts as (
        select
            order_id,
            line_no,
            list(
                struct_pack(quantity := quantity, expected_on := expected_on, "precision" := precision)
                order by expected_on nulls last, precision
            ) as parts
        from by_day
        group by order_id, line_no
    ),

    believed as (
        select
            p.order_id,
            p.line_no,
            p.customer_id,
            p.expected_on,
            case
                when o.partial_ok then s.parts
                else [struct_pack(quantity := p.quantity_open, expected_on := p.expected_on, "precision" := p.precision)]
            end as parts
        from promise_history as p
        inner join state.open_order_lines as o on p.order_id = o.order_id and p.line_no = o.line_no and p.customer_id = o.customer_id
        left join parts as s on p.order_id = s.order_id and p.line_no = s.line_no
        where p.valid_to is null
    ),

    -- What was told after the notice was made, and what is on its way whenever it was made: nobody hears a thing twice, or the older last.
    said_otherwise as (
        select c.notice_id, c.order_id, c.line_no
        from chosen as c
        inner join state.tellings as t
            on c.order_id = t.order_id and c.line_no = t.line_no and c.customer_id = t.customer_id
                and t.notice_id is distinct from c.notice_id and t.told_at > c.created_at
        union
        select c.notice_id, c.order_id, c.line_no
        from chosen as c
        inner join notice_lines as l on c.order_id = l.order_id and c.line_no = l.line_no and c.notice_id <> l.notice_id
        inner join notices as m on l.notice_id = m.notice_id and c.customer_id = m.customer_id
        where m.state in ('pending', 'held')
    ),

    judged as (
        select
            c.notice_id,
            'order ' || c.order_id || ', line ' || c.line_no || case
                when b.order_id is null then ' is open for this customer no more'
                when b.expected_on is distinct from c.expected_on or (c.parts is not null and b.parts is distinct from c.parts)
                    then ' is expected otherwise by now'
                when s.notice_id is not null then ' was told, or is about to be told, otherwise'
            end as obstacle
        from chosen as c
        left join believed as b on c.order_id = b.order_id and c.line_no = b.line_no and c.customer_id = b.customer_id
        left join said_otherwise as s on c.notice_id = s.notice_id and c.order_id = s.order_id and c.line_no = s.line_no
    )

    select notice_id, min(obstacle) as obstacle from judged group by notice_id
) as j
where n.notice_id = j.notice_id;
