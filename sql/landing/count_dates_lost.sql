-- PO lines in force from this source that had a date, and those of them that this snapshot leaves without one.
-- grain: one row
-- reads: state.supply_lines, staging.good_supplier_etas, staging.refused, staging.supplier_etas
-- writes: -
-- params: source

with before as (
    select supplier_id, po_number, po_line
    from state.supply_lines
    where source = $source and stated_status in ('open', 'shipped') and not is_withdrawn and not has_vanished
    group by all
    having count(eta_latest_on) > 0
),

now_stated as (
    select supplier_id, po_number, coalesce(po_line, sku) as po_line, count(eta_latest_on) as dates
    from staging.good_supplier_etas
    where status in ('open', 'shipped')
    group by all
),

-- A PO line with a refused row keeps its last good statement, and with it its date.
kept as (
    select s.supplier_id, s.po_number, coalesce(s.po_line, s.sku) as po_line
    from staging.supplier_etas as s
    inner join staging.refused as r on s.file_ordinal = r.file_ordinal and s.row_number = r.row_number
    where s.duplicate_of is null
)

select
    count(*) as dated_before,
    count(*) filter (n.dates = 0 and k.po_number is null) as dates_lost
from before
left join now_stated as n using (supplier_id, po_number, po_line)
left join (select distinct * from kept) as k using (supplier_id, po_number, po_line);
