-- The items of the order lines that a file changes, as they were and as they are.
-- grain: one row an item
-- reads: staging.next_order_lines, order_line_history
-- writes: state.changed_items
-- params: -

insert into state.changed_items
select warehouse_id, sku from staging.next_order_lines
union
select h.warehouse_id, h.sku
from order_line_history as h
semi join staging.next_order_lines as n on h.order_id = n.order_id and h.line_no = n.line_no
where h.valid_to is null;
