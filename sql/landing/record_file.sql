-- Record a file that was landed or rejected.
-- grain: one row
-- reads: -
-- writes: source_files
-- params: file_id, file_number, unit_id, run_id, run_number, source, feed, mode, path, place, sha256, modified_at, file_date, received_at, as_of,
--   as_of_on, status, is_in_force, rows_landed, rows_quarantined, reason, source_settings, reading

insert into source_files by name
select
    $file_id as file_id,
    $file_number as file_number,
    $unit_id as unit_id,
    $run_id as run_id,
    $run_number as run_number,
    $source as source,
    $feed as feed,
    $mode as mode,
    $path as path,
    $place as place,
    $sha256 as sha256,
    $modified_at as modified_at,
    $file_date::date as file_date,
    $received_at as received_at,
    $as_of as as_of,
    $as_of_on as as_of_on,
    $status as status,
    $is_in_force as is_in_force,
    $rows_landed as rows_landed,
    $rows_quarantined as rows_quarantined,
    $reason as reason,
    $source_settings as source_settings,
    $reading as reading;
