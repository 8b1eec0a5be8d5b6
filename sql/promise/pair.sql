-- The n-th unit of demand gets the n-th unit of supply: cut both rows of units wherever one of the two ends, and see who stands on either side of each piece.
-- grain: one row a pairing of an order line with a supply
-- reads: work.pairing_demand, work.pairing_supply
-- writes: work.pairings
-- params: -

insert into work.pairings
with demand as (
    select
        *,
        sum(quantity) over (partition by warehouse_id, sku, po_number, po_line order by demand_id) as ends_at
    from work.pairing_demand
),

supply as (
    select
        *,
        sum(quantity) over (partition by warehouse_id, sku, po_number, po_line order by supply_id) as ends_at
    from work.pairing_supply
),

cuts as (
    select warehouse_id, sku, po_number, po_line, ends_at from demand
    union
    select warehouse_id, sku, po_number, po_line, ends_at from supply
),

pieces as (
    select
        *,
        ends_at - coalesce(lag(ends_at) over (partition by warehouse_id, sku, po_number, po_line order by ends_at), 0) as quantity
    from cuts
)

select d.demand_id, s.supply_id, p.quantity
from pieces as p
asof join demand as d
    on p.warehouse_id = d.warehouse_id and p.sku = d.sku and p.po_number = d.po_number and p.po_line = d.po_line
    and p.ends_at <= d.ends_at
asof join supply as s
    on p.warehouse_id = s.warehouse_id and p.sku = s.sku and p.po_number = s.po_number and p.po_line = s.po_line
    and p.ends_at <= s.ends_at;
