-- Close the versions that hold no more.
-- grain: one row a version
-- reads: staging.next_order_lines
-- writes: order_line_history
-- params: as_of

update order_line_history as h
set valid_to = $as_of, fingerprint = null
from staging.next_order_lines as n
where h.valid_to is null and n.order_id = h.order_id and n.line_no = h.line_no;
