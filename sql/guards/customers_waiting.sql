-- How many customers wait for an order line.
-- grain: one row
-- reads: state.open_order_lines
-- writes: -
-- params: -

select count(distinct customer_id) as customers
from state.open_order_lines;
