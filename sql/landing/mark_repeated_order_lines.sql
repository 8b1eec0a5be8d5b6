-- Mark each row that a later row of the same file repeats (order_id, line_no).
-- grain: one row of the file
-- reads: staging.order_lines
-- writes: staging.order_lines
-- params: -

update staging.order_lines as s
set duplicate_of = r.last_row
from (
    select
        file_ordinal,
        row_number,
        last_value(row_number) over same_key as last_row,
        row_number() over same_key as place,
        count(*) over same_key as places
    from staging.order_lines
    where (order_id, line_no) in (
        select order_id, line_no from staging.order_lines where order_id is not null and line_no is not null group by all having count(*) > 1
    )
    window same_key as (
        partition by order_id, line_no
        order by file_ordinal, row_number
        rows between unbounded preceding and unbounded following
    )
) as r
where r.file_ordinal = s.file_ordinal and r.row_number = s.row_number and r.place < r.places;
