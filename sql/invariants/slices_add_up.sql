-- Lines whose slices do not add up to the open quantity.
-- grain: one row a failing order line
-- reads: work.promises, work.slices
-- writes: -
-- params: -

select p.order_id, p.line_no, p.quantity_open, s.quantity as in_slices
from work.promises as p
left join (select order_id, line_no, sum(quantity) as quantity from work.slices group by order_id, line_no) as s
    on p.order_id = s.order_id and p.line_no = s.line_no
where s.quantity is distinct from p.quantity_open;
