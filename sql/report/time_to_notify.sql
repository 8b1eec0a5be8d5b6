-- How long customers waited for a supplier's word in the last twelve months, the suppliers first that moved most lines.
-- grain: one row a supplier and month, of at most most_suppliers
-- reads: time_to_notify
-- writes: -
-- params: as_of_on, most_suppliers

with last_year as (
    select *
    from time_to_notify
    where month_on > date_trunc('month', $as_of_on::date) - to_months(12)
),

ranked as (
    select
        supplier_id,
        row_number() over (order by sum(line_count) desc, supplier_id) as place,
        count(*) over () as suppliers_in_all
    from last_year
    group by supplier_id
)

select
    r.place,
    r.suppliers_in_all,
    y.supplier_id,
    y.month_on,
    y.month_on = max(y.month_on) over (partition by y.supplier_id) as is_newest,
    y.line_count,
    y.accepted_line_count,
    y.p50_minutes_from_file_taken_to_accepted,
    y.p95_minutes_from_file_taken_to_accepted,
    y.delivered_line_count,
    y.p50_minutes_from_file_taken_to_delivered,
    y.p95_minutes_from_file_taken_to_delivered
from last_year as y
inner join ranked as r on y.supplier_id = r.supplier_id
where r.place <= $most_suppliers::bigint
order by r.place, y.month_on;
