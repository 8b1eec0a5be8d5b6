-- Items that could be with the customer earlier than a line that is late or without a date (spec 6).
-- grain: one row a line to be told and alternative
-- reads: work.changes, work.calendar, work.transit, work.lines, state.alternatives
-- writes: -
-- params: as_of_on, handling_days, transit_days, calendar_first_on, calendar_last_on

with business_days as (
    select business_days, day from work.calendar where is_business_day
),

current_alternatives as (
    select *
    from state.alternatives
    qualify row_number() over (partition by sku, alternative_sku order by file_number desc, source) = 1
),

offered as (
    select
        c.order_id,
        c.line_no,
        c.expected_on as line_expected_on,
        a.alternative_sku,
        a.name,
        a.url,
        arrive.day as expected_on
    from work.changes as c
    inner join work.lines as d on c.order_id = d.order_id and c.line_no = d.line_no
    inner join current_alternatives as a on d.sku = a.sku
    left join work.transit as t on d.country = t.country
    inner join work.calendar as here
        on here.day = least(greatest(a.available_on, $as_of_on::date), $calendar_last_on::date) and here.day >= $calendar_first_on::date
    inner join work.calendar as ready on ready.day = here.next_business_on
    inner join business_days as arrive
        on arrive.business_days = ready.business_days + $handling_days + coalesce(t.transit_days, $transit_days)
    where c.decision = 'notify' and c.kind in ('delayed', 'unknown') and a.available_on is not null
)

select order_id, line_no, alternative_sku, name, url, expected_on
from offered
where line_expected_on is null or expected_on < line_expected_on
order by order_id, line_no, expected_on, alternative_sku;
