-- What there is to say of supply: overdue to whoever waits for it, what moved and what is expected to its warehouse.
-- grain: one row a slice of supply, recipient and section, at most most_rows a section
-- reads: work.digest_recipients, state.supply_lines_seen, supplier_eta_history, state.supply_at_last_run, state.open_order_lines, runs
-- writes: -
-- params: as_of_on, horizon_on, most_rows

with recipients as (
    select *, coalesce(role = 'warehouse', false) as is_of_warehouse
    from work.digest_recipients
    where is_due
),

coming as (
    select l.*, w.supply_kind is null and l.eta_latest_on < $as_of_on::date as is_overdue
    from state.supply_lines_seen as l
    -- What the last run could count on; overdue supply is not among it.
    left join state.supply_at_last_run as w
        on l.supplier_id = w.supplier_id and l.po_number = w.po_number and l.po_line = w.po_line and l.slice_no = w.slice_no
    where l.status in ('open', 'shipped') and l.quantity > 0 and l.eta_latest_on is not null
),

overdue as (
    select r.staff_id, c.*, $as_of_on::date - c.eta_latest_on as days
    from coming as c
    inner join recipients as r
        on r.staff_id is null
            or (r.is_of_warehouse and coalesce(r.warehouse_id = c.warehouse_id, true))
            or exists (
                select 1 from state.open_order_lines as o
                where o.sales_rep_id = r.staff_id and o.warehouse_id = c.warehouse_id and o.sku = c.sku
            )
    where c.is_overdue
),

expected as (
    select r.staff_id, c.*
    from coming as c
    inner join recipients as r on r.is_of_warehouse and coalesce(r.warehouse_id = c.warehouse_id, true)
    where not c.is_overdue and c.eta_latest_on <= $horizon_on::date
),

-- Supply lines of which anything was said since any of the last digests.
touched as (
    select distinct supplier_id, po_number, po_line, slice_no
    from supplier_eta_history
    where greatest(valid_from, coalesce(valid_to, valid_from)) > (select min(since_as_of) from recipients)
),

compared as (
    select
        r.staff_id,
        r.since_as_of,
        k.supplier_id,
        k.po_number,
        k.po_line,
        k.slice_no,
        coalesce(n.sku, b.sku) as sku,
        coalesce(n.warehouse_id, b.warehouse_id) as warehouse_id,
        coalesce(n.quantity, b.quantity) as quantity,
        n.eta_precision,
        n.reason,
        b.eta_latest_on as from_on,
        n.eta_latest_on,
        b.status in ('open', 'shipped') as was_coming,
        coalesce(n.status in ('open', 'shipped'), false) as is_coming,
        coalesce(n.status in ('received', 'arrived'), false) as has_arrived,
        b.quantity as from_quantity
    from recipients as r
    cross join touched as k
    left join supplier_eta_history as n
        on k.supplier_id = n.supplier_id and k.po_number = n.po_number and k.po_line = n.po_line and k.slice_no = n.slice_no
            and n.valid_to is null
    left join supplier_eta_history as b
        on k.supplier_id = b.supplier_id and k.po_number = b.po_number and k.po_line = b.po_line and k.slice_no = b.slice_no
            and b.valid_from <= r.since_as_of and (b.valid_to is null or b.valid_to > r.since_as_of)
    where r.is_of_warehouse and coalesce(r.warehouse_id = coalesce(n.warehouse_id, b.warehouse_id), true)
),

supply_moved as (
    select
        *,
        eta_latest_on - from_on as days,
        case
            -- What the first run ever took in is news to nobody.
            when was_coming is null and is_coming
                then case when exists (select 1 from runs as f where f.status = 'committed' and f.as_of <= since_as_of) then 'new' end
            when not coalesce(was_coming, false) then null
            when has_arrived then 'arrived'
            when not is_coming then 'withdrawn'
            when eta_latest_on is null and from_on is not null then 'unknown'
            when from_on is null and eta_latest_on is not null then 'dated'
            when eta_latest_on > from_on then 'delayed'
            when eta_latest_on < from_on then 'advanced'
            when quantity <> from_quantity then 'quantity'
        end as kind
    from compared
),

said as (
    select *, 'overdue' as section, days::bigint as urgency from overdue
    union all by name
    select *, 'expected' as section from expected
    union all by name
    select
        *,
        'supply_moved' as section,
        list_position(['unknown', 'withdrawn', 'delayed', 'quantity', 'dated', 'advanced', 'new', 'arrived'], kind) as place_of_kind
    from supply_moved
    where kind is not null
),

final as (
    select
        staff_id,
        section,
        kind,
        supplier_id,
        po_number,
        po_line,
        slice_no,
        sku,
        warehouse_id,
        quantity,
        from_quantity,
        from_on,
        eta_latest_on,
        eta_precision,
        days,
        reason,
        count(*) over (partition by staff_id, section) as rows_in_all,
        row_number() over (
            partition by staff_id, section
            order by
                place_of_kind, urgency desc nulls last, eta_latest_on nulls last, supplier_id, po_number, po_line, slice_no
        ) as place
    from said
)

select *
from final
where place <= $most_rows::bigint
order by staff_id, section, place;
