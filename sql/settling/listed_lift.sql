-- An address that events had suppressed and that is not on the whole list was taken off it by somebody, unless it is too new to be there.
-- grain: one row an address
-- reads: state.suppressions, work.listed_addresses
-- writes: state.suppressions_lifted
-- params: reason, settled_before

insert into state.suppressions_lifted by name
select
    x.address,
    x.reason,
    x.since as lifted_at
from state.suppressions as x
where x.origin = 'events' and x.reason = $reason and x.since < $settled_before::timestamp
    and not exists (select 1 from work.listed_addresses as l where l.address = x.address);
