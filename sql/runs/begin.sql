-- Record that a run begins.
-- grain: one row
-- reads: runs
-- writes: runs
-- params: run_id, as_of, as_of_on, now, promise_settings, settings_id

insert into runs by name
select
    $run_id as run_id,
    (select coalesce(max(run_number), 0) + 1 from runs) as run_number,
    $as_of as as_of,
    $as_of_on as as_of_on,
    $now as started_at,
    'running' as status,
    false as is_baseline,
    $promise_settings as promise_settings,
    $settings_id as settings_id;
