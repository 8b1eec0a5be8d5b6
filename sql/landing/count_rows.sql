-- Refused rows of the staged file, by file.
-- grain: one row a file with refused rows
-- reads: staging.refused
-- writes: -
-- params: -

select file_id, count(*) as rows_quarantined
from staging.refused
group by file_id;
