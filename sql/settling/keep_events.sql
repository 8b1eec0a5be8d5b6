-- Keep new events for ever, as they came.
-- grain: one row an event
-- reads: work.events
-- writes: delivery_events
-- params: -

insert into delivery_events by name
select * from work.events;
