-- Rows that stand as before while another row of the file has their key: they are to be read as well, for only one of the two counts.
-- grain: one row of the file
-- reads: staging.current_order_lines, staging.file_rows, staging.fingerprints_gone, staging.order_lines
-- writes: -
-- params: source

with named as (
    select h.fingerprint
    from staging.current_order_lines as h
    where h.source = $source and h.fingerprint is not null and not h.is_absent
)

select f.file_ordinal, f.row_number
from staging.file_rows as f
where f.fingerprint in (select fingerprint from named where fingerprint not in (select fingerprint from staging.fingerprints_gone))
    and not exists (select 1 from staging.order_lines as p where p.file_ordinal = f.file_ordinal and p.row_number = f.row_number)
order by f.file_ordinal, f.row_number;
