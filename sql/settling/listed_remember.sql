-- The addresses on the list are written to no more.
-- grain: one row an address
-- reads: work.listed_addresses
-- writes: state.suppressions
-- params: -

insert into state.suppressions by name
select * from work.listed_addresses;
