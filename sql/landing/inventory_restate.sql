-- What stands in a snapshot as it stood before is stated again by it.
-- grain: one row a source and key
-- reads: staging.fingerprints_gone, staging.inventory
-- writes: state.inventory
-- params: source, file_number

update state.inventory as s
set file_number = $file_number
where s.source = $source and s.file_number <> $file_number
    and s.fingerprint is not null and s.fingerprint not in (select fingerprint from staging.fingerprints_gone)
    and not exists (select 1 from staging.inventory as p where p.sku = s.sku and p.warehouse_id = s.warehouse_id);
