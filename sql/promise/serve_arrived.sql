-- Step 0: arrived supply goes to the lines that it served in the last committed run, and at most the quantities that it served (spec 3).
-- grain: one row a pairing of an order line with an arrived supply
-- reads: work.demand, work.supply, work.slices_before
-- writes: work.pairings
-- params: -

insert into work.pairings
with served_before as (
    select
        d.demand_id,
        s.supply_id,
        d.quantity_open,
        p.quantity
    from work.slices_before as p
    inner join work.demand as d on p.order_id = d.order_id and p.line_no = d.line_no
    inner join work.supply as s
        on s.supply_kind = 'arrived'
        and p.supplier_id = s.supplier_id and p.po_number = s.po_number and p.po_line = s.po_line and p.supply_slice_no = s.slice_no
        and d.warehouse_id = s.warehouse_id and d.sku = s.sku
    where p.supply_kind in ('supply', 'arrived')
),

in_order as (
    select
        *,
        coalesce(
            sum(quantity) over (partition by demand_id order by supply_id rows between unbounded preceding and 1 preceding), 0
        ) as given_before
    from served_before
)

select demand_id, supply_id, least(quantity, quantity_open - given_before) as quantity
from in_order
where given_before < quantity_open;
