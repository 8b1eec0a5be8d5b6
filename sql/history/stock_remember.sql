-- Remember the stock that this run saw.
-- grain: one row a warehouse and SKU
-- reads: state.inventory
-- writes: state.stock_at_last_run
-- params: -

insert into state.stock_at_last_run
select warehouse_id, sku, sum(on_hand) as on_hand
from state.inventory
group by warehouse_id, sku;
