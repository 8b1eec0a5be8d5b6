-- The run's promises, changes and notices hold from here on.
-- grain: one row
-- reads: state.open_order_lines
-- writes: runs
-- params: run_id, is_baseline

update runs
set status = 'committed', is_baseline = $is_baseline, open_lines = (select count(*) from state.open_order_lines)
where run_id = $run_id;
