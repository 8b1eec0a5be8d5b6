-- How old what customers wait for is, since the order, and how much of it is past the first promise.
-- grain: one row an age since the order and a standing towards the first promise
-- reads: backorder_ageing
-- writes: -
-- params: -

with standings as (
    select
        *,
        case when age_past_first_promise in ('not due', 'never promised') then age_past_first_promise else 'past the first promise' end as standing
    from backorder_ageing
)

select
    age_since_order,
    standing,
    sum(line_count)::bigint as line_count,
    sum(quantity_open) as quantity_open,
    sum(quantity_backordered) as quantity_backordered,
    sum(quantity_undated) as quantity_undated
from standings
group by age_since_order, standing
order by age_since_order, list_position(['past the first promise', 'not due', 'never promised'], standing);
