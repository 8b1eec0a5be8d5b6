-- A person discards what is held or pending of a run: this very statement is not made again (spec 4).
-- grain: one row a notice
-- reads: -
-- writes: notices
-- params: now, run_id, decided_by, why

update notices
set state = 'discarded', updated_at = $now, reason = 'discarded by ' || $decided_by || coalesce(': ' || $why::varchar, '')
where run_id = $run_id and state in ('held', 'pending');
