-- Record each change that does not stand as on the run before; `in_flight` is `notify` under way.
-- grain: one row a change when it arose
-- reads: work.changes, state.standing_changes
-- writes: changes
-- params: run_id

insert into changes by name
select
    $run_id as run_id,
    c.order_id,
    c.line_no,
    c.customer_id,
    c.kind,
    c.is_told,
    c.told_on,
    c.expected_on,
    c.days_moved,
    c.cause,
    c.decision
from work.changes as c
left join state.standing_changes as s on c.order_id = s.order_id and c.line_no = s.line_no
where s.order_id is null
    or s.customer_id <> c.customer_id
    or s.kind <> c.kind
    or s.is_told <> c.is_told
    or s.told_on is distinct from c.told_on
    or s.expected_on is distinct from c.expected_on
    or (s.decision <> c.decision and not (s.decision in ('notify', 'in_flight') and c.decision in ('notify', 'in_flight')))
order by c.order_id, c.line_no;
