-- The notice about a line that a guard holds.
-- grain: one row a notice
-- reads: notices, notice_lines
-- writes: -
-- params: order_id, line_no

select n.notice_id, n.run_id, n.reason, l.expected_on
from notices as n
inner join notice_lines as l on n.notice_id = l.notice_id
where n.state = 'held' and l.order_id = $order_id and l.line_no = $line_no
order by n.created_at;
