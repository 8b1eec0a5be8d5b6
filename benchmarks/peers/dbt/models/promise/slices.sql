-- One row for each slice of an open line: a quantity and the supply behind it; what nothing covers has no date.
with served as (
    select order_id, line_no, sum(quantity) as quantity from {{ ref('int_pairings') }} group by order_id, line_no
)

select
    d.order_id,
    d.line_no,
    p.quantity,
    s.supplier_id,
    s.po_number,
    s.po_line,
    s.slice_no as supply_slice_no,
    s.eta_on as available_on,
    a.ship_on,
    a.expected_on
from {{ ref('int_pairings') }} as p
inner join {{ ref('int_demand') }} as d on p.order_id = d.order_id and p.line_no = d.line_no
inner join {{ ref('int_supply') }} as s on p.serving_no = s.serving_no
inner join {{ ref('int_arrivals') }} as a on s.eta_on = a.available_on and d.transit_days = a.transit_days
union all by name
select
    d.order_id,
    d.line_no,
    d.quantity_open - coalesce(served.quantity, 0) as quantity
from {{ ref('int_demand') }} as d
left join served on d.order_id = served.order_id and d.line_no = served.line_no
where d.quantity_open > coalesce(served.quantity, 0)
