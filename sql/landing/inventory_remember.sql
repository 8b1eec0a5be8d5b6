-- Remember what this file states: stock on hand.
-- grain: one row a source and key
-- reads: staging.good_inventory
-- writes: state.inventory
-- params: source, file_number

insert into state.inventory by name
select sku, warehouse_id, on_hand, $source as source, $file_number::bigint as file_number, fingerprint
from staging.good_inventory;
