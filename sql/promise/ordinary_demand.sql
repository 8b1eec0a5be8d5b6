-- Step 2, demand: what the lines without a PO still need (spec 3).
-- grain: one row an ordinary order line
-- reads: work.demand, work.pairings
-- writes: work.pairing_demand
-- params: -

insert into work.pairing_demand
select d.warehouse_id, d.sku, '' as po_number, '' as po_line, d.demand_id, d.quantity_open - coalesce(g.quantity, 0) as quantity
from work.demand as d
left join (select demand_id, sum(quantity) as quantity from work.pairings group by demand_id) as g on d.demand_id = g.demand_id
where d.po_number is null and d.quantity_open > coalesce(g.quantity, 0);
