select d.order_id, d.line_no
from {{ ref('int_demand') }} as d
left join (select order_id, line_no, sum(quantity) as quantity from {{ ref('slices') }} group by order_id, line_no) as s
    on d.order_id = s.order_id and d.line_no = s.line_no
where d.quantity_open is distinct from s.quantity
