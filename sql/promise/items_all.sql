-- Every item that an order line waits for or a promise was made of: all is worked out anew.
-- grain: one row an item
-- reads: state.open_order_lines, promise_history
-- writes: work.items
-- params: -

insert into work.items
select warehouse_id, sku from state.open_order_lines
union
select warehouse_id, sku from promise_history where valid_to is null;
