-- What events have said so far of the addresses that new events speak of.
-- grain: one row an address and reason
-- reads: work.events
-- writes: state.suppressions
-- params: -

delete from state.suppressions as x
where x.origin = 'events' and exists (select 1 from work.events as e where e.address = x.address and e.suppression is not null);
