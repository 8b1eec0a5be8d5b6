-- The order lines that somebody waits for.
-- grain: one row an open order line
-- reads: order_line_history
-- writes: state.open_order_lines
-- params: -

create or replace view state.open_order_lines as
select *
from order_line_history
where valid_to is null and status = 'open' and quantity_open > 0;
