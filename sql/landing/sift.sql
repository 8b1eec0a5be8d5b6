-- Of the rows of a file and those in force, what stands in one of the two only: rows to be read, and (without a number) fingerprints gone.
-- grain: one row a row of the file, or a row in force
-- reads: staging.file_rows, state.rows_in_force
-- writes: staging.sifted
-- params: feed, source

insert into staging.sifted
select f.file_ordinal, f.row_number, r.fingerprint
from staging.file_rows as f
full join (select fingerprint from state.rows_in_force where feed = $feed and source = $source) as r on f.fingerprint = r.fingerprint
where f.row_number is null or r.fingerprint is null;
