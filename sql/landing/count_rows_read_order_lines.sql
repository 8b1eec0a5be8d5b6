-- Rows of the staged file, by file.
-- grain: one row a file
-- reads: staging.order_lines
-- writes: -
-- params: -

select file_id, count(*) as rows_read
from staging.order_lines
group by file_id;
