-- Mark each row that a later row of the same file repeats (sku, warehouse_id).
-- grain: one row of the file
-- reads: staging.inventory
-- writes: staging.inventory
-- params: -

update staging.inventory as s
set duplicate_of = r.last_row
from (
    select
        file_ordinal,
        row_number,
        last_value(row_number) over same_key as last_row,
        row_number() over same_key as place,
        count(*) over same_key as places
    from staging.inventory
    where (sku, warehouse_id) in (
        select sku, warehouse_id from staging.inventory where sku is not null group by all having count(*) > 1
    )
    window same_key as (
        partition by sku, warehouse_id
        order by file_ordinal, row_number
        rows between unbounded preceding and unbounded following
    )
) as r
where r.file_ordinal = s.file_ordinal and r.row_number = s.row_number and r.place < r.places;
