-- Record what a person decided about notices, and what it came to.
-- grain: one row
-- reads: -
-- writes: state.decisions_by_person
-- params: now, decided_by, action, run_id, notice_id, why, effect

insert into state.decisions_by_person by name
select
    $now as decided_at,
    $decided_by as decided_by,
    $action as action,
    $run_id as run_id,
    $notice_id as notice_id,
    $why as why,
    $effect as effect;
