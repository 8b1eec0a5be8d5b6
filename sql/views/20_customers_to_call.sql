-- Lines that no message could settle: a person should call.
-- grain: one row an order line
-- reads: state.standing_changes, state.tellings_by_person
-- writes: customers_to_call
-- params: -

create or replace view customers_to_call as
select
    s.order_id,
    s.line_no,
    s.customer_id,
    s.kind,
    s.told_on,
    s.expected_on,
    s.decision,
    s.since
from state.standing_changes as s
where (
    s.decision in ('call', 'no_contact', 'opted_out', 'suppressed', 'unreachable')
    or (s.decision = 'baseline' and s.kind in ('delayed', 'unknown', 'missed'))
)
-- Settled by a person since the last run looked.
and not exists (
    select 1 from state.tellings_by_person as t
    where t.order_id = s.order_id and t.line_no = s.line_no and t.recorded_at > s.evaluated_at
);

comment on view customers_to_call is 'One row for each order line that no message could settle: a person should call its customer, then record it with `tellwhen told`.';
comment on column customers_to_call.order_id is 'Order';
comment on column customers_to_call.line_no is 'Its line';
comment on column customers_to_call.customer_id is 'Who waits';
comment on column customers_to_call.kind is 'delayed, advanced, unknown, dated or missed';
comment on column customers_to_call.told_on is 'The day last told; null = unknown or nothing told';
comment on column customers_to_call.expected_on is 'The day now expected; null = unknown';
comment on column customers_to_call.decision is 'Why no message settles it';
comment on column customers_to_call.since is 'As-of since when the change has stood, UTC';
