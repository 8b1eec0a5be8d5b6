-- The files that a run took, in their order, and what became of them.
-- grain: one row a file
-- reads: source_files
-- writes: -
-- params: run_id

select file_number, unit_id, source, path, place, sha256, modified_at, file_date, status, rows_landed, rows_quarantined, reason
from source_files
where run_id = $run_id
order by file_number;
