-- The rows of a file that do not stand as rows in force stood.
-- grain: one row of the file
-- reads: staging.sifted
-- writes: -
-- params: file_ordinal

select row_number
from staging.sifted
where file_ordinal = $file_ordinal and row_number is not null
order by row_number;
