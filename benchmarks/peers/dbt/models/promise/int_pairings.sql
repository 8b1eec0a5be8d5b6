-- The n-th unit of demand gets the n-th unit of supply: a line and a supply meet where their units overlap.
with pegged_supply as (
    select
        s.*,
        sum(quantity) over (partition by sku, po_number order by serving_no rows unbounded preceding) as ends_at
    from {{ ref('int_supply') }} as s
),

pegged as (
    select
        d.order_id,
        d.line_no,
        s.serving_no,
        least(d.ends_at, s.ends_at) - greatest(d.ends_at - d.quantity_open, s.ends_at - s.quantity) as quantity
    from {{ ref('int_demand') }} as d
    inner join pegged_supply as s
        on d.sku = s.sku and d.po_number = s.po_number
        and d.ends_at - d.quantity_open < s.ends_at and s.ends_at - s.quantity < d.ends_at
),

given as (
    select serving_no, sum(quantity) as quantity from pegged group by serving_no
),

left_over as (
    select
        s.sku,
        s.serving_no,
        s.quantity - coalesce(g.quantity, 0) as quantity,
        sum(s.quantity - coalesce(g.quantity, 0)) over (partition by s.sku order by s.serving_no rows unbounded preceding) as ends_at
    from {{ ref('int_supply') }} as s
    left join given as g on s.serving_no = g.serving_no
    where s.quantity > coalesce(g.quantity, 0)
),

others as (
    select
        d.order_id,
        d.line_no,
        s.serving_no,
        least(d.ends_at, s.ends_at) - greatest(d.ends_at - d.quantity_open, s.ends_at - s.quantity) as quantity
    from {{ ref('int_demand') }} as d
    inner join left_over as s
        on d.sku = s.sku
        and d.ends_at - d.quantity_open < s.ends_at and s.ends_at - s.quantity < d.ends_at
    where d.po_number is null
)

select * from pegged
union all
select * from others
