-- Remember the stock that this run saw.
-- grain: one row a warehouse and SKU
-- reads: state.stock_on_hand
-- writes: state.stock_at_last_run
-- params: -

insert into state.stock_at_last_run
select warehouse_id, sku, on_hand
from state.stock_on_hand;
