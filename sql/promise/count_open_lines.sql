-- How many order lines are open.
-- grain: one row
-- reads: state.open_order_lines
-- writes: -
-- params: -

select count(*) as open_lines from state.open_order_lines;
