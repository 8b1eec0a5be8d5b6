-- Write the versions that hold from now on.
-- grain: one row a version
-- reads: staging.next_order_lines
-- writes: order_line_history
-- params: -

insert into order_line_history by name
select * from staging.next_order_lines;
