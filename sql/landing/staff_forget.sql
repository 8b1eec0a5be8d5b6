-- Forget what this file states anew, and what a snapshot lacks; a refused row whose key can be read counts as present.
-- grain: one row a source and key
-- reads: staging.good_staff, staging.staff
-- writes: state.staff
-- params: source, is_snapshot

delete from state.staff as s
where s.source = $source
    and (
        exists (select 1 from staging.good_staff as g where g.staff_id = s.staff_id)
        or ($is_snapshot and not exists (select 1 from staging.staff as p where p.staff_id = s.staff_id))
    );
