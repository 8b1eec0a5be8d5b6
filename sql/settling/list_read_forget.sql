-- Up to when the list had been read before.
-- grain: one row a list
-- reads: -
-- writes: state.suppression_lists
-- params: list

delete from state.suppression_lists where list = $list;
