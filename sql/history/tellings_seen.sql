-- What people told is seen with this run.
-- grain: one row a telling
-- reads: -
-- writes: state.tellings_by_person
-- params: -

update state.tellings_by_person
set is_unseen = false
where is_unseen;
