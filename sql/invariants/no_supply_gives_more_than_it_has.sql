-- Stock and supply lines that give more than they have.
-- grain: one row a failing supply
-- reads: work.promises, work.slices, state.stock_on_hand, state.supply_lines
-- writes: -
-- params: -

with stock_given as (
    select p.warehouse_id, p.sku, sum(s.quantity) as given
    from work.slices as s
    inner join work.promises as p on s.order_id = p.order_id and s.line_no = p.line_no
    where s.supply_kind = 'stock'
    group by p.warehouse_id, p.sku
),

supply_given as (
    select supplier_id, po_number, po_line, supply_slice_no as slice_no, sum(quantity) as given
    from work.slices
    where supply_kind = 'supply'
    group by all
)

select 'stock' as supply_kind, g.warehouse_id as place, g.sku as item, g.given, s.on_hand as has
from stock_given as g
left join state.stock_on_hand as s on g.warehouse_id = s.warehouse_id and g.sku = s.sku
where g.given > coalesce(s.on_hand, 0)
union all
select 'supply' as supply_kind, g.supplier_id as place, g.po_number || '/' || g.po_line || '/' || g.slice_no as item, g.given, s.quantity as has
from supply_given as g
left join state.supply_lines as s
    on g.supplier_id = s.supplier_id and g.po_number = s.po_number and g.po_line = s.po_line and g.slice_no = s.slice_no
where g.given > coalesce(s.quantity, 0);
