-- Rows that stand as before while another row of the file has their key: they are to be read as well, for only one of the two counts.
-- grain: one row of the file
-- reads: state.customers, staging.file_rows, staging.fingerprints_gone, staging.customers
-- writes: -
-- params: source

with named as (
    select h.fingerprint
    from state.customers as h
    where h.source = $source and h.fingerprint is not null
        and exists (select 1 from staging.customers as p where p.customer_id = h.customer_id)
)

select f.file_ordinal, f.row_number
from staging.file_rows as f
where f.fingerprint in (select fingerprint from named where fingerprint not in (select fingerprint from staging.fingerprints_gone))
    and not exists (select 1 from staging.customers as p where p.file_ordinal = f.file_ordinal and p.row_number = f.row_number)
order by f.file_ordinal, f.row_number;
