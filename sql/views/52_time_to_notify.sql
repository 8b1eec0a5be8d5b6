-- How long it took from a supplier's word to its customers' knowing.
-- grain: one row a supplier and calendar month in which its word moved lines that were then told
-- reads: notices, notice_lines, runs, promise_history, supplier_eta_history, source_files, attempts, delivery_events
-- writes: time_to_notify
-- params: -

create or replace view time_to_notify as
with accepted as (
    select notice_id, min(finished_at) as accepted_at from attempts where outcome = 'accepted' group by notice_id
),

delivered as (
    select notice_id, min(coalesce(event_at, received_at)) as delivered_at from delivery_events where means = 'delivered' group by notice_id
),

-- The promise that a notice told: the version that its run believed.
told as (
    select
        p.order_id,
        p.line_no,
        p.valid_from,
        p.cause,
        p.moved_supplier_id,
        p.moved_po_number,
        p.moved_po_line,
        p.moved_slice_no,
        -- A notice that a person says was sent has no request that says so.
        min(coalesce(a.accepted_at, case when n.state in ('accepted', 'delivered') then n.told_at end)) as accepted_at,
        min(d.delivered_at) as delivered_at
    from notices as n
    inner join notice_lines as l on n.notice_id = l.notice_id
    inner join runs as r on n.run_id = r.run_id
    inner join promise_history as p
        on l.order_id = p.order_id and l.line_no = p.line_no and n.customer_id = p.customer_id
            and p.valid_from <= r.as_of and (p.valid_to is null or p.valid_to > r.as_of)
    left join accepted as a on n.notice_id = a.notice_id
    left join delivered as d on n.notice_id = d.notice_id
    where p.cause in ('supplier', 'absence')
    group by all
),

stated as (
    select t.*, f.source, f.received_at, f.modified_at
    from told as t
    inner join supplier_eta_history as h
        on t.moved_supplier_id = h.supplier_id and t.moved_po_number = h.po_number and t.moved_po_line = h.po_line
            and t.moved_slice_no = h.slice_no and h.valid_from <= t.valid_from and (h.valid_to is null or h.valid_to > t.valid_from)
    inner join source_files as f on h.file_id = f.file_id
),

snapshots as (
    select source, as_of, max(received_at) as received_at, max(modified_at) as modified_at
    from source_files
    where is_in_force
    group by source, as_of
),

-- What was missed by a snapshot was said by that one, and not by the file that had named it.
spoken as (
    select
        s.* exclude (received_at, modified_at),
        case when s.cause = 'absence' then a.received_at else s.received_at end as taken_at,
        case when s.cause = 'absence' then a.modified_at else s.modified_at end as written_at
    from stated as s
    asof left join snapshots as a on s.source = a.source and s.valid_from >= a.as_of
)

select
    moved_supplier_id as supplier_id,
    date_trunc('month', taken_at)::date as month_on,
    count(*) as line_count,
    count(accepted_at) as accepted_line_count,
    round(quantile_cont(epoch(accepted_at - taken_at) / 60, 0.5), 1) as p50_minutes_from_file_taken_to_accepted,
    round(quantile_cont(epoch(accepted_at - taken_at) / 60, 0.95), 1) as p95_minutes_from_file_taken_to_accepted,
    round(quantile_cont(epoch(accepted_at - written_at) / 60, 0.5), 1) as p50_minutes_from_file_written_to_accepted,
    round(quantile_cont(epoch(accepted_at - written_at) / 60, 0.95), 1) as p95_minutes_from_file_written_to_accepted,
    count(delivered_at) as delivered_line_count,
    round(quantile_cont(epoch(delivered_at - taken_at) / 60, 0.5), 1) as p50_minutes_from_file_taken_to_delivered,
    round(quantile_cont(epoch(delivered_at - taken_at) / 60, 0.95), 1) as p95_minutes_from_file_taken_to_delivered,
    round(quantile_cont(epoch(delivered_at - written_at) / 60, 0.5), 1) as p50_minutes_from_file_written_to_delivered,
    round(quantile_cont(epoch(delivered_at - written_at) / 60, 0.95), 1) as p95_minutes_from_file_written_to_delivered
from spoken
group by moved_supplier_id, month_on;

comment on view time_to_notify is
'One row for each supplier and calendar month (UTC, by the taking of the file): minutes from the file that moved an order line to the first message that told its customer. Half of the lines were told within P50, 19 of 20 within P95.';
comment on column time_to_notify.supplier_id is 'Supplier whose word moved the lines';
comment on column time_to_notify.month_on is 'First day of the month';
comment on column time_to_notify.line_count is 'Moves of order lines for which a message was made; other causes than the supplier''s word are left out';
comment on column time_to_notify.accepted_line_count is 'Of these, those whose message a provider has taken';
comment on column time_to_notify.p50_minutes_from_file_taken_to_accepted is 'From our landing the file (received_at) to the provider''s taking the message';
comment on column time_to_notify.p95_minutes_from_file_taken_to_accepted is 'The same, 19 of 20';
comment on column time_to_notify.p50_minutes_from_file_written_to_accepted is 'From the file''s modification time in our inbox: counts how long it waited for a run';
comment on column time_to_notify.p95_minutes_from_file_written_to_accepted is 'The same, 19 of 20';
comment on column time_to_notify.delivered_line_count is 'Of line_count, those whose message was delivered by the provider''s word; 0 where a transport gives none (outbox, smtp)';
comment on column time_to_notify.p50_minutes_from_file_taken_to_delivered is 'From our landing the file to delivery';
comment on column time_to_notify.p95_minutes_from_file_taken_to_delivered is 'The same, 19 of 20';
comment on column time_to_notify.p50_minutes_from_file_written_to_delivered is 'From the file''s modification time to delivery';
comment on column time_to_notify.p95_minutes_from_file_written_to_delivered is 'The same, 19 of 20';
