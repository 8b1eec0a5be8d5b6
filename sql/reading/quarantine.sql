-- The rows that were refused, newest file first.
-- grain: one row a refused row
-- reads: quarantined_rows, source_files
-- writes: -
-- params: source

select q.file_id, q.source, q.row_number, q.raw, q.rule, q.message, q.run_id, f.path
from quarantined_rows as q
left join source_files as f on q.file_id = f.file_id
where $source::varchar is null or q.source = $source
order by f.file_number desc, q.row_number;
