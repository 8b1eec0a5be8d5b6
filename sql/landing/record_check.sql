-- Record what one expectation said.
-- grain: one row
-- reads: -
-- writes: check_results
-- params: run_id, file_id, suite, expectation, severity, success, is_error, failing_count, details, checked_at

insert into check_results by name
select
    $run_id as run_id,
    $file_id as file_id,
    $suite as suite,
    $expectation as expectation,
    $severity as severity,
    $success as success,
    $is_error as is_error,
    $failing_count::bigint as failing_count,
    $details::varchar as details,
    $checked_at as checked_at;
