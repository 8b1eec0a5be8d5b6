-- Up to when each of the provider's lists was read.
-- grain: one row a list
-- reads: state.suppression_lists
-- writes: -
-- params: -

select * from state.suppression_lists;
