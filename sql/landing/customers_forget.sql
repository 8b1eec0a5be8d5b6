-- Forget what this file states anew, and what a snapshot lacks; a refused row whose key can be read counts as present.
-- grain: one row a source and key
-- reads: staging.good_customers, staging.customers, staging.fingerprints_gone
-- writes: state.customers
-- params: source, is_snapshot

delete from state.customers as s
where s.source = $source
    and (
        exists (select 1 from staging.good_customers as g where g.customer_id = s.customer_id)
        or (
            $is_snapshot
            and (s.fingerprint is null or s.fingerprint in (select fingerprint from staging.fingerprints_gone))
            and not exists (select 1 from staging.customers as p where p.customer_id = s.customer_id)
        )
    );
