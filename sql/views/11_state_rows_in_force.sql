-- The rows of files that are in force, each by its fingerprint; a row of a kind that has none is not among them.
-- grain: one row a row of a file
-- reads: order_line_history, state.customers, state.inventory
-- writes: state.rows_in_force
-- params: -

create or replace view state.rows_in_force as
select 'order_lines' as feed, source, fingerprint
from order_line_history
where valid_to is null and not is_absent and fingerprint is not null
union all
select 'customers' as feed, source, fingerprint
from state.customers
where fingerprint is not null
union all
select 'inventory' as feed, source, fingerprint
from state.inventory
where fingerprint is not null;
