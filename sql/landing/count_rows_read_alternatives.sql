-- Rows of the staged file, by file.
-- grain: one row a file
-- reads: staging.alternatives
-- writes: -
-- params: -

select file_id, count(*) as rows_read
from staging.alternatives
group by file_id;
