-- One row for each customer to be told, with all lines.
select
    c.customer_id,
    c.email,
    list({'order_id': p.order_id, 'line_no': p.line_no, 'kind': p.kind, 'told_on': p.told_on, 'expected_on': p.expected_on}) as lines
from {{ ref('promise_changes') }} as p
inner join {{ ref('stg_customers') }} as c on p.customer_id = c.customer_id
where p.kind is not null and not p.is_new and c.email is not null
group by c.customer_id, c.email
