-- Every date ever believed and told of a line.
-- grain: one row a belief or telling
-- reads: promise_timeline
-- writes: -
-- params: order_id, line_no

select * from promise_timeline($order_id, $line_no);
