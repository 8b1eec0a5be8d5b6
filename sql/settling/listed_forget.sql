-- What the list said before of the addresses that were read from it now; of all addresses, if it was read whole.
-- grain: one row an address
-- reads: work.listed_addresses
-- writes: state.suppressions
-- params: list, is_whole

delete from state.suppressions as x
where x.origin = $list and ($is_whole or exists (select 1 from work.listed_addresses as l where l.address = x.address));
