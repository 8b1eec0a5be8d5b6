-- What the run takes for now, when it looked, and when a notice should be delivered: a view has no clock and no settings.
-- grain: one row
-- reads: -
-- writes: state.reach
-- params: as_of, evaluated_at, delivered_within_hours

insert into state.reach by name
select
    $as_of::timestamp as as_of,
    $evaluated_at::timestamp as looked_at,
    $delivered_within_hours::double as delivered_within_hours;
