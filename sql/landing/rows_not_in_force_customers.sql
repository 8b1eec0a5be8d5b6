-- Keep the good rows of a snapshot that is older than the one in force.
-- grain: one row of the file
-- reads: staging.good_customers
-- writes: state.statements_not_in_force
-- params: source

insert into state.statements_not_in_force
select file_id, $source as source, row_number, raw, 'the snapshot is older than the one in force' as reason
from staging.good_customers;
