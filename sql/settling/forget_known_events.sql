-- An event that was taken before is not taken again: webhooks come twice, and files are read twice.
-- grain: one row an event
-- reads: delivery_events
-- writes: work.events
-- params: -

delete from work.events as e
where exists (select 1 from delivery_events as d where d.event_key = e.event_key);
