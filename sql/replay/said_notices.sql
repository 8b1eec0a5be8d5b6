-- The notices that a run made, line by line, and whether a guard held them.
-- grain: one row a line in a notice
-- reads: notices, notice_lines
-- writes: -
-- params: run_id

select n.notice_id, l.order_id, l.line_no, n.customer_id, n.to_address, l.kind, l.is_told, l.told_on, l.expected_on, n.held_because is not null as was_held
from notices as n
inner join notice_lines as l on n.notice_id = l.notice_id
where n.run_id = $run_id;
