-- Why a line is expected when it is.
-- grain: one row a slice
-- reads: explain_promise
-- writes: -
-- params: order_id, line_no

select * from explain_promise($order_id, $line_no);
