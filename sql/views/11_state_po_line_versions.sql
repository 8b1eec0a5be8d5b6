-- What was known of each PO line as a whole, as versions: whether it is coming, and its last day (unknown if that of any slice that is coming is).
-- grain: one row a PO line and version
-- reads: supplier_eta_history
-- writes: state.po_line_versions
-- params: -

create or replace view state.po_line_versions as
with moments as (
    select supplier_id, po_number, po_line, valid_from as moment from supplier_eta_history
    union
    select supplier_id, po_number, po_line, valid_to as moment from supplier_eta_history where valid_to is not null
),

known as (
    select
        m.supplier_id,
        m.po_number,
        m.po_line,
        m.moment,
        case
            when count(*) filter (h.status in ('open', 'shipped')) > 0 then 'coming'
            when count(*) filter (h.status in ('received', 'arrived')) > 0 then 'received'
            else 'gone'
        end as standing,
        case
            when bool_and(h.eta_latest_on is not null) filter (h.status in ('open', 'shipped'))
                then max(h.eta_latest_on) filter (h.status in ('open', 'shipped'))
        end as eta_latest_on
    from moments as m
    -- No `or` here: an outer join with one is done in nested loops.
    left join supplier_eta_history as h
        on m.supplier_id = h.supplier_id and m.po_number = h.po_number and m.po_line = h.po_line
            and h.valid_from <= m.moment and coalesce(h.valid_to, 'infinity'::timestamp) > m.moment
    group by m.supplier_id, m.po_number, m.po_line, m.moment
),

changed as (
    select *
    from known
    window one_line as (partition by supplier_id, po_number, po_line order by moment)
    qualify standing is distinct from lag(standing) over one_line or eta_latest_on is distinct from lag(eta_latest_on) over one_line
)

select
    supplier_id,
    po_number,
    po_line,
    standing,
    eta_latest_on,
    moment as valid_from,
    lead(moment) over (partition by supplier_id, po_number, po_line order by moment) as valid_to
from changed;
