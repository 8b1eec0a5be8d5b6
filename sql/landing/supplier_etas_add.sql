-- The new slices of the PO lines that were replaced.
-- grain: one row a slice
-- reads: staging.next_supply_lines
-- writes: state.supply_lines
-- params: -

insert into state.supply_lines
select * from staging.next_supply_lines;
