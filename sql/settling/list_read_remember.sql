-- Up to when the list is read now.
-- grain: one row
-- reads: -
-- writes: state.suppression_lists
-- params: list, read_until, read_whole_at

insert into state.suppression_lists by name
select
    $list as list,
    $read_until::timestamp as read_until,
    $read_whole_at::timestamp as read_whole_at;
