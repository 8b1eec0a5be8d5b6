-- Forget the results of checks of runs long ago.
-- grain: one row an expectation and run
-- reads: runs
-- writes: check_results
-- params: kept_from

delete from check_results
where run_id in (select run_id from runs where as_of < $kept_from::timestamp);
