-- Remember the changes that stand from this run on.
-- grain: one row a change
-- reads: work.standing_changes
-- writes: state.standing_changes
-- params: -

insert into state.standing_changes
select * from work.standing_changes;
