-- Mark each row that a later row of the same file repeats: same slice, or same ETA where slices are not numbered (spec 2).
-- grain: one row of the file
-- reads: staging.supplier_etas
-- writes: staging.supplier_etas
-- params: is_snapshot

update staging.supplier_etas as s
set duplicate_of = r.last_row
from (
    select
        file_ordinal,
        row_number,
        last_value(row_number) over same_key as last_row,
        row_number() over same_key as place,
        count(*) over same_key as places
    from staging.supplier_etas
    where supplier_id is not null and po_number is not null and coalesce(po_line, sku) is not null
        and (slice_no is not null or (slice_no_text is null and eta_precision is not null))
    window same_key as (
        partition by
            supplier_id, po_number, coalesce(po_line, sku), slice_no,
            -- In a delta, rows with different stated_at are different statements, not repetitions.
            case when not $is_snapshot then coalesce(stated_at, '-infinity'::timestamp) end,
            case when slice_no is null then eta_precision end,
            case when slice_no is null then eta_earliest_on end,
            case when slice_no is null then eta_latest_on end
        order by file_ordinal, row_number
        rows between unbounded preceding and unbounded following
    )
) as r
where r.file_ordinal = s.file_ordinal and r.row_number = s.row_number and r.place < r.places;
