-- Everything that customers were told of each line: by notices that went out or may have, and by people (spec 4).
-- grain: one row a line and telling
-- reads: notices, notice_lines, state.tellings_by_person
-- writes: state.tellings
-- params: -

create or replace view state.tellings as
select l.order_id, l.line_no, n.customer_id, l.expected_on as told_on, n.told_at, 'notice' as told_by, n.notice_id, null as person
from notices as n
inner join notice_lines as l on n.notice_id = l.notice_id
where n.state in ('sending', 'uncertain', 'accepted', 'delivered')
union all
select order_id, line_no, customer_id, told_on, recorded_at as told_at, 'person' as told_by, null as notice_id, told_by as person
from state.tellings_by_person;
