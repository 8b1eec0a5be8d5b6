-- How far suppliers' dates have slipped in the last twelve months, those first whose lines have slipped most in all.
-- grain: one row a supplier and month, of at most most_suppliers
-- reads: supplier_scorecard
-- writes: -
-- params: as_of_on, most_suppliers

with last_year as (
    select *
    from supplier_scorecard
    where month_on > date_trunc('month', $as_of_on::date) - to_months(12)
),

ranked as (
    select
        supplier_id,
        row_number() over (order by max_by(line_count * coalesce(mean_slip_days_vs_first_eta, 0), month_on) desc, supplier_id) as place,
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
    y.share_moved_vs_previous_eta,
    y.mean_slip_days_vs_first_eta,
    y.p90_slip_days_vs_first_eta,
    y.received_line_count,
    y.bias_days_vs_eta_14_days_before
from last_year as y
inner join ranked as r on y.supplier_id = r.supplier_id
where r.place <= $most_suppliers::bigint
order by r.place, y.month_on;
