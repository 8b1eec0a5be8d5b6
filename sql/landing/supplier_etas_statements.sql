-- The statements of a file: its good rows, slices numbered, with the reason for each that does not come into force (spec 2).
-- grain: one row a slice of a PO line as the file states it
-- reads: staging.good_supplier_etas, staging.supplier_etas, staging.refused, state.supply_lines
-- writes: staging.statements
-- params: source, as_of, is_snapshot, is_older

insert into staging.statements
with refused_po_lines as (
    select distinct s.supplier_id, s.po_number, coalesce(s.po_line, s.sku) as po_line
    from staging.supplier_etas as s
    inner join staging.refused as r on s.file_ordinal = r.file_ordinal and s.row_number = r.row_number
    -- A repeated row is refused, but the row that repeats it speaks for the line.
    where s.duplicate_of is null
),

good as (
    select
        *,
        coalesce(po_line, sku) as line,
        coalesce(stated_at, $as_of::timestamp) as said_at
    from staging.good_supplier_etas
),

-- A snapshot states each PO line once; a delta may state it several times, each with its stated_at.
dated as (
    select
        *,
        max(said_at) over (partition by supplier_id, po_number, line) as last_said_at
    from good
),

in_force as (
    select supplier_id, po_number, po_line, any_value(source) as source, max(stated_at) as stated_at
    from state.supply_lines
    group by all
),

judged as (
    select
        d.*,
        case
            when $is_older then 'the snapshot is older than the one in force'
            when r.po_number is not null then 'another row of this PO line was refused: its last good statement stays in force'
            when not $is_snapshot and d.said_at < d.last_said_at then 'a later statement about this PO line stands in the same file'
            when f.po_number is not null and d.last_said_at < f.stated_at and not ($is_snapshot and f.source = $source)
                then 'a later statement about this PO line is in force'
        end as not_in_force
    from dated as d
    left join refused_po_lines as r on d.supplier_id = r.supplier_id and d.po_number = r.po_number and d.line = r.po_line
    left join in_force as f on d.supplier_id = f.supplier_id and d.po_number = f.po_number and d.line = f.po_line
)

select
    supplier_id,
    po_number,
    line as po_line,
    -- Rows without slice_no are slices in date order, unknown last, after those that are numbered.
    coalesce(
        slice_no,
        coalesce(max(slice_no) over one_statement, 0)
        + row_number() over (
            partition by supplier_id, po_number, line, not_in_force, slice_no is null
            order by eta_latest_on nulls last, eta_earliest_on nulls last, eta_precision, file_ordinal, row_number
        )
    ) as slice_no,
    sku,
    warehouse_id,
    quantity,
    eta_earliest_on,
    eta_latest_on,
    eta_precision,
    status,
    reason,
    max(said_at) over one_statement as stated_at,
    file_id,
    file_ordinal,
    row_number,
    raw,
    not_in_force
from judged
window one_statement as (partition by supplier_id, po_number, line, not_in_force);
