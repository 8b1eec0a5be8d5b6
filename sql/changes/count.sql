-- How many dates changed, of those that were found in this run.
-- grain: one row
-- reads: work.changes
-- writes: -
-- params: -

select count(*) as changes from work.changes;
