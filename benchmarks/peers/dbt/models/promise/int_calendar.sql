with days as (
    select unnest(generate_series(date '2026-01-01', date '2028-12-31', interval 1 day))::date as day
),

marked as (
    select
        day,
        isodow(day) <= 5 and day not in (select day::date from {{ source('calendar', 'holidays') }}) as is_business_day
    from days
)

select
    day,
    is_business_day,
    count(*) filter (is_business_day) over (order by day) as business_days,
    min(day) filter (is_business_day) over (order by day rows between current row and unbounded following) as next_business_on
from marked
