-- Rows of the staged file, by file.
-- grain: one row a file
-- reads: staging.staff
-- writes: -
-- params: -

select file_id, count(*) as rows_read
from staging.staff
group by file_id;
