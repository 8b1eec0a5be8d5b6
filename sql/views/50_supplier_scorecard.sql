-- How well a supplier's dates held, month by month.
-- grain: one row a supplier and calendar month in which it had a PO line to come or received
-- reads: state.po_line_versions, eta_moves, supplier_eta_history, source_files, runs
-- writes: supplier_scorecard
-- params: -

create or replace view supplier_scorecard as
with today as (
    select max(as_of) as as_of from runs where status = 'committed'
),

first_days as (
    select supplier_id, po_number, po_line, min_by(eta_latest_on, valid_from) as first_eta_on
    from state.po_line_versions
    where standing = 'coming' and eta_latest_on is not null
    group by supplier_id, po_number, po_line
),

coming as (
    select
        v.*,
        unnest(
            generate_series(
                date_trunc('month', v.valid_from),
                date_trunc('month', coalesce(v.valid_to - to_microseconds(1), greatest(t.as_of, v.valid_from))),
                to_months(1)
            )
        )::date as month_on
    from state.po_line_versions as v
    cross join today as t
    where v.standing = 'coming'
),

-- Each line as the month left it.
lines as (
    select
        c.supplier_id,
        c.month_on,
        c.po_number,
        c.po_line,
        max_by(c.eta_latest_on, c.valid_from) filter (c.eta_latest_on is not null) - any_value(f.first_eta_on) as slip
    from coming as c
    left join first_days as f on c.supplier_id = f.supplier_id and c.po_number = f.po_number and c.po_line = f.po_line
    group by c.supplier_id, c.month_on, c.po_number, c.po_line
),

lines_by_month as (
    select
        supplier_id,
        month_on,
        count(*) as line_count,
        avg(slip) as mean_slip,
        quantile_cont(slip, 0.9) as p90_slip
    from lines
    group by supplier_id, month_on
),

statements_by_month as (
    select
        supplier_id,
        date_trunc('month', valid_from)::date as month_on,
        count(distinct struct_pack(a := po_number, b := po_line, c := file_id)) as statement_count
    from supplier_eta_history
    where status in ('open', 'shipped', 'received', 'cancelled')
    group by all
),

moves_by_month as (
    select
        supplier_id,
        date_trunc('month', moved_at)::date as month_on,
        count(distinct struct_pack(a := po_number, b := po_line)) as moved_line_count,
        count(*) as move_count,
        avg(abs(days_moved)) as mean_abs_move
    from eta_moves
    group by all
),

receipts as (
    select
        supplier_id,
        po_number,
        po_line,
        valid_from as received_at,
        valid_from::date as received_on,
        date_trunc('month', valid_from)::date as month_on,
        unnest([7, 14, 30]) as days_before
    from state.po_line_versions
    where standing = 'received' and valid_to is null
),

receipts_by_month as (
    select
        r.supplier_id,
        r.month_on,
        count(distinct struct_pack(a := r.po_number, b := r.po_line)) as received_line_count,
        median(r.received_on - v.eta_latest_on) filter (r.days_before = 7) as bias_7,
        median(r.received_on - v.eta_latest_on) filter (r.days_before = 14) as bias_14,
        median(r.received_on - v.eta_latest_on) filter (r.days_before = 30) as bias_30,
        avg(abs(r.received_on - v.eta_latest_on)) filter (r.days_before = 7) as error_7,
        avg(abs(r.received_on - v.eta_latest_on)) filter (r.days_before = 14) as error_14,
        avg(abs(r.received_on - v.eta_latest_on)) filter (r.days_before = 30) as error_30
    from receipts as r
    left join state.po_line_versions as v
        on r.supplier_id = v.supplier_id and r.po_number = v.po_number and r.po_line = v.po_line and v.standing = 'coming'
            and v.valid_from <= r.received_at - to_days(r.days_before) and v.valid_to > r.received_at - to_days(r.days_before)
    group by r.supplier_id, r.month_on
),

-- The days that came: what was then said of each line, and whether it still was two days later. A day that came less long ago says nothing yet.
due_by_month as (
    select
        v.supplier_id,
        date_trunc('month', v.eta_latest_on)::date as month_on,
        count(*) as due_line_count,
        count(*) filter (v.valid_to is null or v.valid_to::date > v.eta_latest_on + 2) as unsaid_count
    from state.po_line_versions as v
    cross join today as t
    where v.standing = 'coming' and v.eta_latest_on + 2 < t.as_of::date
        and v.valid_from::date <= v.eta_latest_on and (v.valid_to is null or v.valid_to::date >= v.eta_latest_on)
    group by all
),

heard as (
    select distinct s.supplier_id, f.as_of as heard_at
    from (select distinct supplier_id, source from supplier_eta_history) as s
    inner join source_files as f on s.source = f.source
    where f.is_in_force
),

silences as (
    select
        h.supplier_id,
        h.heard_at,
        coalesce(lead(h.heard_at) over (partition by h.supplier_id order by h.heard_at), greatest(t.as_of, h.heard_at)) as until_at
    from heard as h
    cross join today as t
),

silences_in_month as (
    select
        *,
        unnest(generate_series(date_trunc('month', heard_at), date_trunc('month', until_at), to_months(1)))::date as month_on
    from silences
),

silence_by_month as (
    select
        supplier_id,
        month_on,
        max(epoch(least(until_at, month_on + to_months(1)) - greatest(heard_at, month_on::timestamp))) / 86400 as longest_silence
    from silences_in_month
    group by supplier_id, month_on
),

months as (
    select supplier_id, month_on from lines_by_month
    union
    select supplier_id, month_on from receipts_by_month
)

select
    m.supplier_id,
    m.month_on,
    coalesce(l.line_count, 0) as line_count,
    coalesce(s.statement_count, 0) as statement_count,
    coalesce(v.moved_line_count, 0) as moved_line_count,
    round(coalesce(v.moved_line_count, 0) / l.line_count, 3) as share_moved_vs_previous_eta,
    round(l.mean_slip, 1) as mean_slip_days_vs_first_eta,
    round(l.p90_slip, 1) as p90_slip_days_vs_first_eta,
    round(coalesce(v.move_count, 0) / l.line_count, 2) as churn_moves_per_line,
    round(v.mean_abs_move, 1) as mean_abs_move_days_vs_previous_eta,
    coalesce(r.received_line_count, 0) as received_line_count,
    round(r.bias_7, 1) as bias_days_vs_eta_7_days_before,
    round(r.bias_14, 1) as bias_days_vs_eta_14_days_before,
    round(r.bias_30, 1) as bias_days_vs_eta_30_days_before,
    round(r.error_7, 1) as mean_abs_error_days_vs_eta_7_days_before,
    round(r.error_14, 1) as mean_abs_error_days_vs_eta_14_days_before,
    round(r.error_30, 1) as mean_abs_error_days_vs_eta_30_days_before,
    coalesce(d.due_line_count, 0) as due_line_count,
    round(d.unsaid_count / d.due_line_count, 3) as share_due_unsaid_2_days_tolerance,
    round(q.longest_silence, 1) as longest_silence_days_in_month
from months as m
left join lines_by_month as l on m.supplier_id = l.supplier_id and m.month_on = l.month_on
left join statements_by_month as s on m.supplier_id = s.supplier_id and m.month_on = s.month_on
left join moves_by_month as v on m.supplier_id = v.supplier_id and m.month_on = v.month_on
left join receipts_by_month as r on m.supplier_id = r.supplier_id and m.month_on = r.month_on
left join due_by_month as d on m.supplier_id = d.supplier_id and m.month_on = d.month_on
left join silence_by_month as q on m.supplier_id = q.supplier_id and m.month_on = q.month_on;

comment on view supplier_scorecard is
'One row for each supplier and calendar month (UTC, by as-of): how well its dates held. A PO line''s ETA is its last slice''s last day; days are calendar days, later is positive; shares go from 0 to 1; null = nothing to measure.';
comment on column supplier_scorecard.supplier_id is 'Supplier';
comment on column supplier_scorecard.month_on is 'First day of the month';
comment on column supplier_scorecard.line_count is 'PO lines that were to come at some time of the month';
comment on column supplier_scorecard.statement_count is 'Statements about a PO line that said something new; a statement repeated makes no version and is not counted';
comment on column supplier_scorecard.moved_line_count is 'PO lines that were given another day in the month';
comment on column supplier_scorecard.share_moved_vs_previous_eta is 'Share of line_count that was given another day; baseline: the day before the move; tolerance: none';
comment on column supplier_scorecard.mean_slip_days_vs_first_eta is
'Mean over the lines of the days from the first ETA ever given to the last one of the month; lines that have not moved count as 0';
comment on column supplier_scorecard.p90_slip_days_vs_first_eta is 'The same: nine lines of ten have slipped by no more';
comment on column supplier_scorecard.churn_moves_per_line is 'Moves of the month for each of line_count';
comment on column supplier_scorecard.mean_abs_move_days_vs_previous_eta is 'Mean size of a move in days, whichever way; moves to or from unknown left out';
comment on column supplier_scorecard.received_line_count is
'PO lines of which all was received or had arrived, by the as-of of the run that first knew: as exact as runs are frequent';
comment on column supplier_scorecard.bias_days_vs_eta_7_days_before is
'Median of receipt minus the ETA known 7 days before it, in days: positive = later than said. Of the received lines that had a known ETA then';
comment on column supplier_scorecard.bias_days_vs_eta_14_days_before is 'The same with the ETA known 14 days before';
comment on column supplier_scorecard.bias_days_vs_eta_30_days_before is 'The same with the ETA known 30 days before';
comment on column supplier_scorecard.mean_abs_error_days_vs_eta_7_days_before is 'Mean distance of receipt from the ETA known 7 days before it, in days, whichever way';
comment on column supplier_scorecard.mean_abs_error_days_vs_eta_14_days_before is 'The same with the ETA known 14 days before';
comment on column supplier_scorecard.mean_abs_error_days_vs_eta_30_days_before is 'The same with the ETA known 30 days before';
comment on column supplier_scorecard.due_line_count is 'ETAs whose day came in this month, and more than two days have passed since';
comment on column supplier_scorecard.share_due_unsaid_2_days_tolerance is
'Silence: share of due_line_count that passed by more than 2 days with neither a receipt nor another word of the supplier';
comment on column supplier_scorecard.longest_silence_days_in_month is
'Longest time within the month without an accepted file of any source that speaks for the supplier, in days; until the last run''s as-of';
