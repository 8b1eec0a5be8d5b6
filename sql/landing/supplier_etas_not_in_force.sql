-- Keep what landed but does not rule.
-- grain: one row of the file
-- reads: staging.statements
-- writes: state.statements_not_in_force
-- params: source

insert into state.statements_not_in_force
select file_id, $source as source, row_number, raw, not_in_force as reason
from staging.statements
where not_in_force is not null;
