-- Each pairing is a slice, and what nothing covers is a slice with an unknown date; with the days on which it is here, leaves us and arrives (spec 3).
-- grain: one row a slice of an open order line
-- reads: work.demand, work.supply, work.pairings, work.calendar, work.transit, work.slices_before
-- writes: work.slices
-- params: as_of_on, handling_days, transit_days, calendar_first_on, calendar_last_on

insert into work.slices by name
with served as (
    select p.demand_id, p.quantity, s.* exclude (quantity)
    from work.pairings as p
    inner join work.supply as s on p.supply_id = s.supply_id
),

uncovered as (
    select d.demand_id, d.quantity_open - coalesce(sum(p.quantity), 0) as quantity
    from work.demand as d
    left join work.pairings as p on d.demand_id = p.demand_id
    group by d.demand_id, d.quantity_open
    having d.quantity_open > coalesce(sum(p.quantity), 0)
),

pieces as (
    select demand_id, quantity, supply_kind, supplier_id, po_number, po_line, slice_no as supply_slice_no, supply_id, precision, available_on
    from served
    union all by name
    select demand_id, quantity, 'none' as supply_kind, 'unknown' as precision
    from uncovered
),

dated as (
    select
        p.* exclude (available_on),
        d.order_id,
        d.line_no,
        -- Stock serves a line since the run that first gave it; anew when it gives more than in the run before.
        case
            when p.supply_kind <> 'stock' then p.available_on
            when b.quantity >= p.quantity then b.available_on
            else $as_of_on::date
        end as available_on,
        coalesce(t.transit_days, $transit_days) as transit_days
    from pieces as p
    inner join work.demand as d on p.demand_id = d.demand_id
    left join work.transit as t on d.country = t.country
    left join work.slices_before as b
        on p.supply_kind = 'stock' and b.supply_kind = 'stock' and d.order_id = b.order_id and d.line_no = b.line_no
),

business_days as (
    select business_days, day from work.calendar where is_business_day
),

-- greatest() passes over nulls: an unknown day must stay unknown.
placed as (
    select
        *,
        case when available_on is not null then least(greatest(available_on, $calendar_first_on::date), $calendar_last_on::date) end as here_on
    from dated
),

shipped as (
    select d.*, ship.day as ship_on, arrive.day as expected_on
    from placed as d
    left join work.calendar as here on d.here_on = here.day
    left join work.calendar as ready on ready.day = here.next_business_on
    left join business_days as ship on ship.business_days = ready.business_days + $handling_days
    left join business_days as arrive on arrive.business_days = ready.business_days + $handling_days + d.transit_days
)

select
    order_id,
    line_no,
    row_number() over (partition by order_id, line_no order by expected_on nulls last, supply_kind = 'none', supply_id) as slice_no,
    quantity,
    supply_kind,
    supplier_id,
    po_number,
    po_line,
    supply_slice_no,
    precision,
    available_on,
    ship_on,
    expected_on
from shipped;
