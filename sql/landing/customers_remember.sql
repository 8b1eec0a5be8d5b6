-- Remember what this file states: customers.
-- grain: one row a source and key
-- reads: staging.good_customers
-- writes: state.customers
-- params: source, file_number

insert into state.customers by name
select customer_id, email, name, locale, timezone, country, notify, $source as source, $file_number::bigint as file_number, fingerprint
from staging.good_customers;
