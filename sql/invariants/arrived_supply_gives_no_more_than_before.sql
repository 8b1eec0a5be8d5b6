-- Order lines that get more from arrived supply than it gave them in the run before.
-- grain: one row a failing order line and supply
-- reads: work.slices, work.slices_before
-- writes: -
-- params: -

with given as (
    select order_id, line_no, supplier_id, po_number, po_line, supply_slice_no, sum(quantity) as quantity
    from work.slices
    where supply_kind = 'arrived'
    group by all
),

given_before as (
    select order_id, line_no, supplier_id, po_number, po_line, supply_slice_no, sum(quantity) as quantity
    from work.slices_before
    where supplier_id is not null
    group by all
)

select n.order_id, n.line_no, n.supplier_id, n.po_number, n.po_line, n.supply_slice_no, n.quantity, b.quantity as given_before
from given as n
left join given_before as b
    on n.order_id = b.order_id and n.line_no = b.line_no
    and n.supplier_id = b.supplier_id and n.po_number = b.po_number and n.po_line = b.po_line and n.supply_slice_no = b.supply_slice_no
where n.quantity > coalesce(b.quantity, 0);
