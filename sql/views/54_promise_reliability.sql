-- How well our own dates held, month by month: the day on which a line was closed beside the days that were promised, told and believed.
-- grain: one row a calendar month in which order lines were shipped
-- reads: order_line_history, promise_history, state.tellings, promise_moves
-- writes: promise_reliability
-- params: -

create or replace view promise_reliability as
with versions as (
    select
        *,
        status = 'open' and quantity_open > 0 as is_open
    from order_line_history
),

-- Closed for good, by other than being cancelled; the way to the customer is in nobody's feed.
shipped as (
    select
        order_id,
        line_no,
        max_by(customer_id, valid_from) as customer_id,
        min_by(promised_on, valid_from) filter (promised_on is not null) as promised_on,
        max(valid_to) filter (is_open) as shipped_at
    from versions
    group by order_id, line_no
    having bool_and(not is_open and status <> 'cancelled') filter (valid_to is null) and count(*) filter (is_open) > 0
),

told as (
    select
        s.order_id,
        s.line_no,
        min_by(t.told_on, t.told_at) filter (t.told_on is not null) as first_told_on,
        max_by(struct_pack(told_on := t.told_on), t.told_at) as last_telling,
        count(*) filter (t.told_by = 'notice') as notice_count
    from shipped as s
    inner join state.tellings as t on s.order_id = t.order_id and s.line_no = t.line_no and s.customer_id = t.customer_id
    group by s.order_id, s.line_no
),

moved as (
    select order_id, line_no, count(*) as move_count, sum(abs(days_moved)) as days_moved
    from promise_moves
    group by order_id, line_no
),

horizons as (
    select *, unnest([7, 14, 30]) as days_before from shipped
),

believed as (
    select
        h.order_id,
        h.line_no,
        max(h.shipped_at::date - p.expected_on) filter (h.days_before = 7) as late_7,
        max(h.shipped_at::date - p.expected_on) filter (h.days_before = 14) as late_14,
        max(h.shipped_at::date - p.expected_on) filter (h.days_before = 30) as late_30
    from horizons as h
    inner join promise_history as p
        on h.order_id = p.order_id and h.line_no = p.line_no
            and p.valid_from <= h.shipped_at - to_days(h.days_before)
            and (p.valid_to is null or p.valid_to > h.shipped_at - to_days(h.days_before))
    group by h.order_id, h.line_no
),

lines as (
    select
        date_trunc('month', s.shipped_at)::date as month_on,
        s.shipped_at::date - s.promised_on as late_promised,
        s.shipped_at::date - t.first_told_on as late_first_told,
        s.shipped_at::date - case when t.order_id is null then s.promised_on else t.last_telling.told_on end as late_last_told,
        b.late_7,
        b.late_14,
        b.late_30,
        coalesce(t.notice_count, 0) as notice_count,
        coalesce(m.move_count, 0) as move_count,
        coalesce(m.days_moved, 0) as days_moved
    from shipped as s
    left join told as t on s.order_id = t.order_id and s.line_no = t.line_no
    left join believed as b on s.order_id = b.order_id and s.line_no = b.line_no
    left join moved as m on s.order_id = m.order_id and s.line_no = m.line_no
)

select
    month_on,
    count(*) as shipped_line_count,
    round(avg((late_promised <= 0)::integer), 3) as share_shipped_by_first_promise_no_tolerance,
    round(avg((late_first_told <= 0)::integer), 3) as share_shipped_by_first_told_no_tolerance,
    round(avg((late_last_told <= 0)::integer), 3) as share_shipped_by_last_told_no_tolerance,
    round(avg((late_7 <= 0)::integer), 3) as share_shipped_by_day_believed_7_days_before,
    round(avg((late_14 <= 0)::integer), 3) as share_shipped_by_day_believed_14_days_before,
    round(avg((late_30 <= 0)::integer), 3) as share_shipped_by_day_believed_30_days_before,
    round(median(late_promised), 1) as p50_days_shipped_after_first_promise,
    round(quantile_cont(late_promised, 0.9), 1) as p90_days_shipped_after_first_promise,
    round(avg(move_count), 2) as moves_per_line,
    round(avg(days_moved), 1) as mean_days_moved_whichever_way_per_line,
    round(avg(notice_count), 2) as notices_per_line
from lines
group by month_on;

comment on view promise_reliability is
'One row for each calendar month (UTC, by as-of) in which order lines were shipped: whether our own dates held. A line is shipped when its feed closes it (quantity 0, shipped, or absent) and does not cancel it. The days promised are those of arrival: a line shipped later than that is late for sure, one shipped on the day may be. Days are calendar days, later is positive; shares go from 0 to 1 and leave out lines without that baseline.';
comment on column promise_reliability.month_on is 'First day of the month';
comment on column promise_reliability.shipped_line_count is 'Order lines shipped, by the as-of of the run that first knew';
comment on column promise_reliability.share_shipped_by_first_promise_no_tolerance is 'Shipped no later than promised_on, the first date given with the order: the baseline that no new date improves';
comment on column promise_reliability.share_shipped_by_first_told_no_tolerance is 'Shipped no later than the first day that a message or person told';
comment on column promise_reliability.share_shipped_by_last_told_no_tolerance is 'Shipped no later than the last day told; promised_on where nothing was told since';
comment on column promise_reliability.share_shipped_by_day_believed_7_days_before is 'Of the lines that had a known date then: shipped no later than the day that we believed 7 days before; no tolerance';
comment on column promise_reliability.share_shipped_by_day_believed_14_days_before is 'The same, 14 days before';
comment on column promise_reliability.share_shipped_by_day_believed_30_days_before is 'The same, 30 days before';
comment on column promise_reliability.p50_days_shipped_after_first_promise is 'Median of shipping day minus promised_on, in days; negative = early';
comment on column promise_reliability.p90_days_shipped_after_first_promise is 'The same: nine lines of ten were no later';
comment on column promise_reliability.moves_per_line is 'Times that the expected day of a shipped line moved, in its whole life, on average';
comment on column promise_reliability.mean_days_moved_whichever_way_per_line is 'Days that it moved, out and back added up, on average; moves to or from unknown left out';
comment on column promise_reliability.notices_per_line is 'Messages that told the customer of the line, on average';
