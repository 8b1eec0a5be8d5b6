-- One row for each open line: when the whole of it, and when the first part, should reach the customer.
with days as (
    select
        order_id,
        line_no,
        case when count(*) = count(expected_on) then max(expected_on) end as expected_on,
        min(expected_on) as first_on
    from {{ ref('slices') }}
    group by order_id, line_no
)

select
    o.order_id,
    o.line_no,
    o.customer_id,
    o.sku,
    o.quantity_open,
    o.promised_on,
    d.expected_on,
    d.first_on,
    timestamp '{{ env_var('AS_OF') }}' as as_of
from {{ ref('stg_order_lines') }} as o
inner join days as d on o.order_id = d.order_id and o.line_no = d.line_no
