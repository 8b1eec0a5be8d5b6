-- Rows of the staged file, by file.
-- grain: one row a file
-- reads: staging.supplier_etas
-- writes: -
-- params: -

select file_id, count(*) as rows_read
from staging.supplier_etas
group by file_id;
