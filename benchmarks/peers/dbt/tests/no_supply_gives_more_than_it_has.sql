select s.serving_no
from {{ ref('int_supply') }} as s
inner join {{ ref('int_pairings') }} as p on s.serving_no = p.serving_no
group by s.serving_no, s.quantity
having sum(p.quantity) > s.quantity
