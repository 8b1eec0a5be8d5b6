-- How the customers whose lines changed can be written to. As state.current_customers, which reads every address there is.
-- grain: one row a customer
-- reads: state.customers, work.changes
-- writes: work.contacts
-- params: -

insert into work.contacts
select customer_id, email, name, locale, notify, state.is_usable_address(email) as has_usable_address
from state.customers
semi join work.changes using (customer_id)
qualify row_number() over (partition by customer_id order by file_number desc, source) = 1;
