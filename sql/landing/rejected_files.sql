-- The rejected files of a source, newest first.
-- grain: one row a rejection
-- reads: source_files
-- writes: -
-- params: source

select path, place, sha256, reason
from source_files
where source = $source and status = 'rejected'
order by file_number desc;
