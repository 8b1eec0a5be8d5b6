-- Forget the changes that stood until this run.
-- grain: one row a change
-- reads: -
-- writes: state.standing_changes
-- params: -

delete from state.standing_changes;
