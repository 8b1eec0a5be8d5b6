-- Forget what this file states anew, and what a snapshot lacks; a refused row whose key can be read counts as present.
-- grain: one row a source and key
-- reads: staging.good_inventory, staging.inventory, staging.fingerprints_gone
-- writes: state.inventory
-- params: source, is_snapshot

delete from state.inventory as s
where s.source = $source
    and (
        exists (select 1 from staging.good_inventory as g where g.sku = s.sku and g.warehouse_id = s.warehouse_id)
        or (
            $is_snapshot
            and (s.fingerprint is null or s.fingerprint in (select fingerprint from staging.fingerprints_gone))
            and not exists (select 1 from staging.inventory as p where p.sku = s.sku and p.warehouse_id = s.warehouse_id)
        )
    );
