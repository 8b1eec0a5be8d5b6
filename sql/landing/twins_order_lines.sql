-- Rows that stand as before while another row of the file has their key: they are to be read as well, for only one of the two counts.
-- grain: one row of the file
-- reads: order_line_history, staging.file_rows, staging.fingerprints_gone, staging.order_lines
-- writes: -
-- params: source

with named as (
    select h.fingerprint
    from order_line_history as h
    where h.valid_to is null and not h.is_absent and h.source = $source and h.fingerprint is not null
        and exists (select 1 from staging.order_lines as p where p.order_id = h.order_id and p.line_no = h.line_no)
)

select f.file_ordinal, f.row_number
from staging.file_rows as f
where f.fingerprint in (select fingerprint from named where fingerprint not in (select fingerprint from staging.fingerprints_gone))
    and not exists (select 1 from staging.order_lines as p where p.file_ordinal = f.file_ordinal and p.row_number = f.row_number)
order by f.file_ordinal, f.row_number;
