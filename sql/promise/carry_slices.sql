-- The slices of lines that are looked at and whose item stands still.
-- grain: one row a slice
-- reads: work.slices_before, work.before, work.items
-- writes: work.slices
-- params: -

insert into work.slices
select s.*
from work.slices_before as s
semi join (
    select order_id, line_no
    from work.before as b
    anti join work.items as i on b.warehouse_id = i.warehouse_id and b.sku = i.sku
) as carried on s.order_id = carried.order_id and s.line_no = carried.line_no;
