-- The lines in a notice.
-- grain: one row a line
-- reads: notice_lines
-- writes: -
-- params: notice_id

select *
from notice_lines
where notice_id = $notice_id
order by order_id, line_no;
