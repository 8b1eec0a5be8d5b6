-- When each source last had a file accepted; a snapshot that is history only was not.
-- grain: one row a source
-- reads: source_files
-- writes: state.sources_accepted
-- params: -

create or replace view state.sources_accepted as
select source, max(as_of_on) as last_accepted_on, max(as_of) as last_accepted_as_of
from source_files
where is_in_force
group by source;
