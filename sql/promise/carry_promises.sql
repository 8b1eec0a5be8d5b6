-- Lines that are looked at and whose item stands still: what was believed of them holds.
-- grain: one row an open order line
-- reads: work.before, work.items
-- writes: work.promises
-- params: -

insert into work.promises by name
select b.* exclude (run_id, valid_from, valid_to)
from work.before as b
anti join work.items as i on b.warehouse_id = i.warehouse_id and b.sku = i.sku;
