-- Was this order line ever given?
-- grain: one row
-- reads: order_line_history
-- writes: -
-- params: order_id, line_no

select count(*) > 0 as line_exists
from order_line_history
where order_id = $order_id and line_no = $line_no;
