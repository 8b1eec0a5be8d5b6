-- Forget what this file states anew, and what a snapshot lacks; a refused row whose key can be read counts as present.
-- grain: one row a source and key
-- reads: staging.good_alternatives, staging.alternatives
-- writes: state.alternatives
-- params: source, is_snapshot

delete from state.alternatives as s
where s.source = $source
    and (
        exists (select 1 from staging.good_alternatives as g where g.sku = s.sku and g.alternative_sku = s.alternative_sku)
        or ($is_snapshot and not exists (select 1 from staging.alternatives as p where p.sku = s.sku and p.alternative_sku = s.alternative_sku))
    );
