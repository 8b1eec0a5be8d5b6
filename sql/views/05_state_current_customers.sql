-- Customers, with what the file taken last says of each; a usable address is one plain address.
-- grain: one row a customer
-- reads: state.customers
-- writes: state.current_customers
-- params: -

create or replace view state.current_customers as
select *, state.is_usable_address(email) as has_usable_address
from state.customers
qualify row_number() over (partition by customer_id order by file_number desc, source) = 1;
