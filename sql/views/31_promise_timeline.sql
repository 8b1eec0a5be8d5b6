-- Every date ever believed and told of one order line, in order.
-- grain: one row a belief or telling
-- reads: promise_history, order_line_history, state.tellings, notices, runs
-- writes: promise_timeline
-- params: -

create or replace macro promise_timeline(the_order_id, the_line_no) as table
with events as (
    select
        min(valid_from) as happened_at,
        'promised' as event,
        min_by(promised_on, valid_from) as day,
        'the date given with the order' as detail,
        0 as place
    from order_line_history
    where order_id = the_order_id and line_no = the_line_no::bigint and promised_on is not null
    having count(*) > 0
    union all
    select
        valid_from as happened_at,
        'believed' as event,
        expected_on as day,
        cause || case
            when moved_po_number is not null
                then ': ' || moved_supplier_id || ' ' || moved_po_number || '/' || moved_po_line || '/' || moved_slice_no
            else ''
        end as detail,
        1 as place
    from promise_history
    where order_id = the_order_id and line_no = the_line_no::bigint
    union all
    -- The version after which the line was open no more.
    select max(valid_to) as happened_at, 'closed' as event, null as day, 'the line is open no more' as detail, 2 as place
    from promise_history
    where order_id = the_order_id and line_no = the_line_no::bigint
    having count(*) = count(valid_to) and count(*) > 0
    union all
    select
        coalesce(r.as_of, t.told_at) as happened_at,
        'told' as event,
        t.told_on as day,
        case when t.told_by = 'notice' then 'notice ' || t.notice_id || ' (' || n.state || ')' else 'by ' || t.person end as detail,
        3 as place
    from state.tellings as t
    left join notices as n on t.notice_id = n.notice_id
    left join runs as r on n.run_id = r.run_id
    where t.order_id = the_order_id and t.line_no = the_line_no::bigint
)

select happened_at, event, day, detail
from events
order by happened_at, place;

comment on macro table promise_timeline is 'promise_timeline(order_id, line_no): every date ever promised, believed and told of the line. happened_at: as-of instant, UTC (a person''s telling: when it was recorded); event: promised, believed, told or closed; day: null = unknown.';
