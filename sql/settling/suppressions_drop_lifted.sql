-- What was lifted is written to again.
-- grain: one row an address
-- reads: state.suppressions_lifted
-- writes: state.suppressions
-- params: -

delete from state.suppressions as x
where x.origin = 'events'
    and exists (
        select 1 from state.suppressions_lifted as l
        where l.address = x.address and l.reason = x.reason and l.lifted_at >= x.since
    );
