-- Everything that customers had been told of each line at an as-of instant.
-- grain: one row a line and telling
-- reads: state.moment_of, state.notices_at, notice_lines, state.tellings_by_person
-- writes: state.tellings_as_of
-- params: -

create or replace macro state.tellings_as_of(t) as table
select l.order_id, l.line_no, n.customer_id, l.expected_on as told_on, n.told_at, 'notice' as told_by, n.notice_id, n.state
from state.notices_at((select moment from state.moment_of(t))) as n
inner join notice_lines as l on n.notice_id = l.notice_id
where n.state in ('sending', 'uncertain', 'accepted', 'delivered')
union all
select p.order_id, p.line_no, p.customer_id, p.told_on, p.recorded_at as told_at, 'person' as told_by, null as notice_id, null as state
from state.tellings_by_person as p
where p.recorded_at <= (select moment from state.moment_of(t));

comment on macro table state.tellings_as_of is 'state.tellings_as_of(t): what customers had been told at the as-of instant t (UTC); null = now.';
