-- The open order lines that this run looks at.
-- grain: one row an open order line
-- reads: state.open_order_lines, work.items, work.restless_lines
-- writes: work.lines
-- params: -

insert into work.lines by name
select
    order_id,
    line_no,
    customer_id,
    sku,
    warehouse_id,
    quantity_open,
    ordered_at,
    promised_on,
    priority,
    po_number,
    po_line,
    partial_ok,
    country,
    description
from state.open_order_lines
where (warehouse_id, sku) in (select (warehouse_id, sku) from work.items)
    or (order_id, line_no) in (select (order_id, line_no) from work.restless_lines);
