-- Write the versions that hold from now on.
-- grain: one row a version
-- reads: staging.next_order_lines, order_line_history
-- writes: order_line_history
-- params: -

insert into order_line_history by name
select n.*
from staging.next_order_lines as n
where not exists (
    select 1 from order_line_history as h
    where h.valid_to is null and h.order_id = n.order_id and h.line_no = n.line_no
);
