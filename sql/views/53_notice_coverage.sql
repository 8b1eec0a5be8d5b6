-- What has become, until now, of everybody whose date a run found changed.
-- grain: one row a committed run
-- reads: runs, changes, state.tellings, state.standing_changes, customers_to_call, promise_history, notices, notice_lines
-- writes: notice_coverage
-- params: -

create or replace view notice_coverage as
with changed as (
    select r.run_id, r.started_at, c.order_id, c.line_no, c.customer_id, c.expected_on
    from changes as c
    inner join runs as r on c.run_id = r.run_id
),

told_since as (
    select
        c.run_id,
        c.order_id,
        c.line_no,
        bool_or(t.told_by = 'notice' and n.state in ('accepted', 'delivered') and t.told_on is not distinct from c.expected_on) as is_told,
        bool_or(t.told_by = 'person') as is_called
    from changed as c
    inner join state.tellings as t
        on c.order_id = t.order_id and c.line_no = t.line_no and c.customer_id = t.customer_id and t.told_at >= c.started_at
    left join notices as n on t.notice_id = n.notice_id
    group by c.run_id, c.order_id, c.line_no
),

said as (
    select
        l.order_id,
        l.line_no,
        n.customer_id,
        l.expected_on,
        bool_or(n.state <> 'discarded') as is_in_flight,
        bool_or(n.state = 'discarded') as is_discarded
    from notices as n
    inner join notice_lines as l on n.notice_id = l.notice_id
    where n.state in ('pending', 'held', 'sending', 'uncertain', 'discarded')
    group by l.order_id, l.line_no, n.customer_id, l.expected_on
),

outcomes as (
    select
        c.run_id,
        c.customer_id,
        case
            when p.order_id is not null and k.order_id is not null then 'to_call'
            when t.is_told then 'told'
            when t.is_called then 'called'
            -- The line is closed or its date has moved on; or the last run found nothing left to tell.
            when p.order_id is null or s.order_id is null then 'overtaken'
            when n.is_in_flight or s.decision in ('waiting', 'unconfirmed') then 'in_flight'
            when n.is_discarded or s.decision = 'discarded' then 'discarded'
            when s.decision = 'baseline' then 'baseline'
            else 'in_the_dark'
        end as outcome
    from changed as c
    left join promise_history as p
        on p.valid_to is null and c.order_id = p.order_id and c.line_no = p.line_no and c.customer_id = p.customer_id
            and c.expected_on is not distinct from p.expected_on
    left join state.standing_changes as s on c.order_id = s.order_id and c.line_no = s.line_no and c.customer_id = s.customer_id
    left join customers_to_call as k on c.order_id = k.order_id and c.line_no = k.line_no and c.customer_id = k.customer_id
    left join told_since as t on c.run_id = t.run_id and c.order_id = t.order_id and c.line_no = t.line_no
    left join said as n
        on c.order_id = n.order_id and c.line_no = n.line_no and c.customer_id = n.customer_id
            and c.expected_on is not distinct from n.expected_on
),

-- A customer with several lines is where the line is that needs most.
customers as (
    select
        run_id,
        customer_id,
        min_by(
            outcome,
            list_position(['in_the_dark', 'to_call', 'in_flight', 'called', 'told', 'discarded', 'baseline', 'overtaken'], outcome)
        ) as outcome
    from outcomes
    group by run_id, customer_id
),

counted as (
    select
        r.run_id,
        r.as_of,
        count(c.customer_id) as changed_customer_count,
        count(*) filter (c.outcome = 'told') as told_customer_count,
        count(*) filter (c.outcome = 'called') as called_customer_count,
        count(*) filter (c.outcome = 'in_flight') as in_flight_customer_count,
        count(*) filter (c.outcome = 'to_call') as to_call_customer_count,
        count(*) filter (c.outcome = 'discarded') as discarded_customer_count,
        count(*) filter (c.outcome = 'baseline') as baseline_customer_count,
        count(*) filter (c.outcome = 'overtaken') as overtaken_customer_count,
        count(*) filter (c.outcome = 'in_the_dark') as in_the_dark_customer_count
    from runs as r
    left join customers as c on r.run_id = c.run_id
    where r.status = 'committed'
    group by r.run_id, r.as_of
)

select
    *,
    round(
        (told_customer_count + called_customer_count)
        / nullif(changed_customer_count - baseline_customer_count - overtaken_customer_count - discarded_customer_count, 0),
        3
    ) as share_reached_of_those_to_reach
from counted;

comment on view notice_coverage is
'One row for each committed run: the customers whose date it found changed, and what has become of them until now. A customer is counted once, by the line that needs most; the counts of one row add up to changed_customer_count.';
comment on column notice_coverage.run_id is 'The run that found the changes';
comment on column notice_coverage.as_of is 'Its as-of, UTC';
comment on column notice_coverage.changed_customer_count is 'Customers with at least one change of that run';
comment on column notice_coverage.told_customer_count is 'A message that says so was taken by the provider, or delivered';
comment on column notice_coverage.called_customer_count is 'A person has told them since';
comment on column notice_coverage.in_flight_customer_count is 'A message is pending, held, being sent or uncertain; or the change waits for tomorrow or for another run to confirm it';
comment on column notice_coverage.to_call_customer_count is 'Stand in customers_to_call: nobody has reached them yet, and somebody knows';
comment on column notice_coverage.discarded_customer_count is 'A person decided that they are not told';
comment on column notice_coverage.baseline_customer_count is 'Dates that the first run found, which tells nobody, and no bad news';
comment on column notice_coverage.overtaken_customer_count is 'The line is closed, the date moved on (a later run has the change), or nothing is left to tell';
comment on column notice_coverage.in_the_dark_customer_count is 'None of these: the date changed, and neither they nor anybody of ours knows that they do not know. Must be 0';
comment on column notice_coverage.share_reached_of_those_to_reach is 'Told and called, of all but discarded, baseline and overtaken, from 0 to 1; null = nobody was to be reached';
