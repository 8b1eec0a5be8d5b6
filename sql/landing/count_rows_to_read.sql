-- How many rows are to be read, and how many rows in force stand in the file no more.
-- grain: one row
-- reads: staging.sifted
-- writes: -
-- params: -

select count(row_number) as rows_to_read, count(*) - count(row_number) as rows_gone
from staging.sifted;
