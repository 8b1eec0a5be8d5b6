-- What became of the files that a run took.
-- grain: one row a file
-- reads: source_files
-- writes: -
-- params: run_id

select file_number, source, sha256, status, is_in_force, rows_landed, rows_quarantined
from source_files
where run_id = $run_id;
