-- Step 1, supply: the coming supply of the POs that are waited for, once for each way in which they are.
-- grain: one row a supply and way of waiting (for the PO, or for one line of it)
-- reads: work.supply, work.pairing_demand
-- writes: work.pairing_supply
-- params: -

insert into work.pairing_supply
select w.warehouse_id, w.sku, w.po_number, w.po_line, s.supply_id, s.quantity
from (select distinct warehouse_id, sku, po_number, po_line from work.pairing_demand) as w
inner join work.supply as s
    on w.warehouse_id = s.warehouse_id and w.sku = s.sku and w.po_number = s.po_number and (w.po_line = '' or w.po_line = s.po_line)
where s.supply_kind = 'supply';
