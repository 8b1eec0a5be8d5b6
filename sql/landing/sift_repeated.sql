-- Rows that stand in a file more than once are to be read, all of them: only one counts.
-- grain: one row of the file
-- reads: staging.file_rows, staging.sifted
-- writes: staging.sifted
-- params: -

insert into staging.sifted
select f.file_ordinal, f.row_number, null as fingerprint
from staging.file_rows as f
where f.fingerprint in (select fingerprint from staging.file_rows group by fingerprint having count(*) > 1)
    and not exists (select 1 from staging.sifted as s where s.file_ordinal = f.file_ordinal and s.row_number = f.row_number);
