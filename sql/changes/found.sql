-- Where what the customer was last told is not what we now believe (the table of spec 4).
-- grain: one row an open order line with a change
-- reads: work.promises, work.lines, state.tellings, state.advance_streaks, work.calendar, work.slices
-- writes: work.changes
-- params: as_of_on, min_days_later, min_days_earlier, missed_grace_days, announce_early_at_first_sight, calendar_first_on, calendar_last_on

insert into work.changes by name
with told as (
    -- As state.told, of the lines that are looked at.
    select t.order_id, t.line_no, t.customer_id, max_by(struct_pack(told_on := t.told_on), t.told_at) as last_telling
    from state.tellings as t
    semi join work.promises as p on t.order_id = p.order_id and t.line_no = p.line_no
    group by t.order_id, t.line_no, t.customer_id
),

compared as (
    select
        p.order_id,
        p.line_no,
        p.customer_id,
        p.expected_on,
        p.precision,
        p.quantity_open,
        p.cause,
        o.partial_ok,
        t.order_id is not null or o.promised_on is not null as is_told,
        case when t.order_id is not null then t.last_telling.told_on else o.promised_on end as told_on,
        t.order_id is not null or $announce_early_at_first_sight as early_is_news
    from work.promises as p
    inner join work.lines as o on p.order_id = o.order_id and p.line_no = o.line_no
    left join told as t on p.order_id = t.order_id and p.line_no = t.line_no and p.customer_id = t.customer_id
),

today as (
    select business_days from work.calendar where day = $as_of_on::date
),

kinds as (
    select
        c.*,
        case
            when c.told_on is not null and c.expected_on - c.told_on >= $min_days_later then 'delayed'
            when c.told_on is not null and c.early_is_news and c.told_on - c.expected_on >= $min_days_earlier then 'advanced'
            when c.told_on is not null and c.expected_on is null then 'unknown'
            when c.told_on is null and c.expected_on is not null then 'dated'
            when not c.is_told and c.expected_on is null then 'unknown'
            when c.told_on is not null and today.business_days - d.business_days > $missed_grace_days then 'missed'
        end as kind
    from compared as c
    cross join today
    left join work.calendar as d on d.day = least(greatest(c.told_on, $calendar_first_on::date), $calendar_last_on::date)
),

changed as (
    select * from kinds where kind is not null
),

by_day as (
    select s.order_id, s.line_no, s.expected_on, s.precision, sum(s.quantity)::decimal(18, 6) as quantity
    from work.slices as s
    inner join changed as c on s.order_id = c.order_id and s.line_no = c.line_no
    where c.partial_ok
    group by s.order_id, s.line_no, s.expected_on, s.precision
),

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
)

select
    c.order_id,
    c.line_no,
    c.customer_id,
    c.kind,
    c.is_told,
    c.told_on,
    c.expected_on,
    c.expected_on - c.told_on as days_moved,
    c.cause,
    -- A line that may not be sent in parts arrives as one.
    coalesce(p.parts, [struct_pack(quantity := c.quantity_open, expected_on := c.expected_on, "precision" := c.precision)]) as parts,
    -- Runs with different as-of dates in a row that found an earlier date, this one included.
    case
        when c.kind <> 'advanced' then null
        when s.last_as_of_on = $as_of_on::date then s.run_count
        else coalesce(s.run_count, 0) + 1
    end as streak
from changed as c
left join parts as p on c.order_id = p.order_id and c.line_no = p.line_no
left join state.advance_streaks as s on c.order_id = s.order_id and c.line_no = s.line_no;
