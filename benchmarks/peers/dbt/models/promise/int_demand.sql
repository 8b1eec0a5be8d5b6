-- Open lines; each row of units is served by itself: those who wait for a PO by the PO, the others by what is left.
select
    order_id,
    line_no,
    sku,
    po_number,
    quantity_open,
    coalesce(t.transit_days, {{ var('transit_days') }}) as transit_days,
    sum(quantity_open) over (
        partition by sku, po_number order by priority, ordered_at, order_id, line_no rows unbounded preceding
    ) as ends_at
from {{ ref('stg_order_lines') }} as o
left join {{ ref('transit_days_by_country') }} as t on o.country = t.country
where quantity_open > 0
