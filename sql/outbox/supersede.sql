-- A notice on its way that does not say just what this run would say is superseded (spec 5).
-- grain: one row a notice
-- reads: work.changes
-- writes: notices
-- params: now, run_id

update notices
set state = 'superseded', updated_at = $now, reason = 'run ' || $run_id || ' knew better before it went out'
where state in ('pending', 'held')
    and not exists (select 1 from work.changes as c where c.customer_id = notices.customer_id and c.decision = 'in_flight');
