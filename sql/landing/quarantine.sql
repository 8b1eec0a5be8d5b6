-- Move the refused rows of the staged file to quarantine.
-- grain: one row a refused row
-- reads: staging.refused
-- writes: quarantined_rows
-- params: run_id, source

insert into quarantined_rows by name
select file_id, $run_id as run_id, $source as source, row_number, raw, rule, message
from staging.refused
order by file_ordinal, row_number;
