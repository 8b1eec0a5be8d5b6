-- Step 2, supply: stock, and what step 1 left of the coming supply.
-- grain: one row a supply
-- reads: work.supply, work.items, work.pairings
-- writes: work.pairing_supply
-- params: -

insert into work.pairing_supply
select s.warehouse_id, s.sku, '' as po_number, '' as po_line, s.supply_id, s.quantity - coalesce(g.quantity, 0) as quantity
from work.supply as s
semi join work.items as i on s.warehouse_id = i.warehouse_id and s.sku = i.sku
left join (select supply_id, sum(quantity) as quantity from work.pairings group by supply_id) as g on s.supply_id = g.supply_id
where s.supply_kind in ('stock', 'supply') and s.quantity > coalesce(g.quantity, 0);
