-- How many rows of a source can be told by their fingerprints.
-- grain: one row
-- reads: state.rows_in_force
-- writes: -
-- params: feed, source

select count(*) as rows_in_force
from state.rows_in_force
where feed = $feed and source = $source;
