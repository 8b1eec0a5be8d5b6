-- Mark each row that a later row of the same file repeats (sku, alternative_sku).
-- grain: one row of the file
-- reads: staging.alternatives
-- writes: staging.alternatives
-- params: -

update staging.alternatives as s
set duplicate_of = r.last_row
from (
    select
        file_ordinal,
        row_number,
        last_value(row_number) over same_key as last_row,
        row_number() over same_key as place,
        count(*) over same_key as places
    from staging.alternatives
    where (sku, alternative_sku) in (
        select sku, alternative_sku from staging.alternatives where sku is not null and alternative_sku is not null group by all having count(*) > 1
    )
    window same_key as (
        partition by sku, alternative_sku
        order by file_ordinal, row_number
        rows between unbounded preceding and unbounded following
    )
) as r
where r.file_ordinal = s.file_ordinal and r.row_number = s.row_number and r.place < r.places;
