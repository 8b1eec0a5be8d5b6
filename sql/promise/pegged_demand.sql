-- Step 1, demand: what lines with a PO still need, wherever all lines of that PO are alike: all name its line, or none does (spec 3).
-- grain: one row an order line that waits for a PO
-- reads: work.demand, work.pairings
-- writes: work.pairing_demand
-- params: -

insert into work.pairing_demand
with given as (
    select demand_id, sum(quantity) as quantity from work.pairings group by demand_id
),

needing as (
    select d.*, d.quantity_open - coalesce(g.quantity, 0) as needed
    from work.demand as d
    left join given as g on d.demand_id = g.demand_id
    where d.po_number is not null and d.quantity_open > coalesce(g.quantity, 0)
)

select warehouse_id, sku, po_number, coalesce(po_line, '') as po_line, demand_id, needed as quantity
from needing
window one_po as (partition by warehouse_id, sku, po_number)
qualify count(po_line) over one_po in (0, count(*) over one_po);
