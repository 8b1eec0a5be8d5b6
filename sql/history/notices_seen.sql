-- What has become of notices is seen with this run; what becomes of them from here on is not.
-- grain: one row a notice
-- reads: -
-- writes: notices
-- params: -

update notices
set is_unseen = false
where is_unseen;
