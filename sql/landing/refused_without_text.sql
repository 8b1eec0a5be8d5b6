-- The refused rows whose raw text was not read along with them.
-- grain: one row a refused row
-- reads: staging.refused
-- writes: -
-- params: -

select file_ordinal, row_number
from staging.refused
where raw is null
order by file_ordinal, row_number;
