-- Rows of the staged file, by file.
-- grain: one row a file
-- reads: staging.customers
-- writes: -
-- params: -

select file_id, count(*) as rows_read
from staging.customers
group by file_id;
