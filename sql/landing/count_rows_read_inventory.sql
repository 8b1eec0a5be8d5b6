-- Rows of the staged file, by file.
-- grain: one row a file
-- reads: staging.inventory
-- writes: -
-- params: -

select file_id, count(*) as rows_read
from staging.inventory
group by file_id;
