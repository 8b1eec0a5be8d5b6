-- What stands in a snapshot as it stood before is stated again by it.
-- grain: one row a source and key
-- reads: staging.fingerprints_gone, staging.customers
-- writes: state.customers
-- params: source, file_number

update state.customers as s
set file_number = $file_number
where s.source = $source and s.file_number <> $file_number
    and s.fingerprint is not null and s.fingerprint not in (select fingerprint from staging.fingerprints_gone)
    and not exists (select 1 from staging.customers as p where p.customer_id = s.customer_id);
