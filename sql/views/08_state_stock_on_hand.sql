-- Stock on hand, the same key from several sources added up; a source that is configured no more has none.
-- grain: one row a warehouse and SKU
-- reads: state.inventory, state.configured_sources
-- writes: state.stock_on_hand
-- params: -

create or replace view state.stock_on_hand as
select warehouse_id, sku, sum(on_hand) as on_hand
from state.inventory
where source in (select source from state.configured_sources)
group by warehouse_id, sku;
