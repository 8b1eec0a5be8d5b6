-- Where a file is read whole, every row in force is looked for among its rows.
-- grain: one row a row in force
-- reads: state.rows_in_force
-- writes: staging.sifted
-- params: feed, source

insert into staging.sifted
select null as file_ordinal, null as row_number, fingerprint
from state.rows_in_force
where feed = $feed and source = $source;
