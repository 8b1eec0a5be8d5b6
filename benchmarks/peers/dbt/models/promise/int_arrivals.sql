-- When what is here on a day leaves us, and reaches a customer so many business days away.
with business_days as (
    select * from {{ ref('int_calendar') }} where is_business_day
),

transits as (
    select distinct transit_days from (
        select {{ var('transit_days') }} as transit_days
        union all
        select transit_days from {{ ref('transit_days_by_country') }}
    )
)

select
    here.day as available_on,
    transits.transit_days,
    ship.day as ship_on,
    arrive.day as expected_on
from {{ ref('int_calendar') }} as here
cross join transits
inner join business_days as ready on here.next_business_on = ready.day
inner join business_days as ship on ship.business_days = ready.business_days + {{ var('handling_days') }}
inner join business_days as arrive on arrive.business_days = ready.business_days + {{ var('handling_days') }} + transits.transit_days
