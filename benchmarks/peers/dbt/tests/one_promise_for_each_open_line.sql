select coalesce(o.order_id, p.order_id) as order_id
from (select order_id, line_no from {{ ref('stg_order_lines') }} where quantity_open > 0) as o
full outer join {{ ref('promises') }} as p on o.order_id = p.order_id and o.line_no = p.line_no
where o.order_id is null or p.order_id is null
