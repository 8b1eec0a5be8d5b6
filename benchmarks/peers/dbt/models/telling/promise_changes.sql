-- Lines whose date is not yesterday's, with what is to be said to those who were promised another.
with today as (
    select * from {{ ref('promises_snapshot') }} where dbt_valid_from = timestamp '{{ env_var('AS_OF') }}'
),

before as (
    select * from {{ ref('promises_snapshot') }} where dbt_valid_to = timestamp '{{ env_var('AS_OF') }}'
)

select
    t.order_id,
    t.line_no,
    t.customer_id,
    t.promised_on as told_on,
    b.expected_on as expected_before,
    t.expected_on,
    b.order_id is null as is_new,
    case
        when t.expected_on > t.promised_on then 'delayed'
        when t.expected_on is null then 'unknown'
        when t.promised_on is null then 'dated'
    end as kind
from today as t
left join before as b on t.order_id = b.order_id and t.line_no = b.line_no
where b.order_id is null or t.expected_on is distinct from b.expected_on
