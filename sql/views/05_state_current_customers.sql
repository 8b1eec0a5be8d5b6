-- Customers, with what the file taken last says of each; a usable address is one plain address.
-- grain: one row a customer
-- reads: state.customers
-- writes: state.current_customers
-- params: -

create or replace view state.current_customers as
select
    *,
    -- As tasks/transports/addresses.py reads it. In a domain's labels letters of any script may stand, which become ASCII when the notice is sent.
    coalesce(
        regexp_full_match(
            email,
            '[A-Za-z0-9!#$%&''*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&''*+/=?^_`{|}~-]+)*@'
            || '([\p{L}\p{N}]([\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?\.)+[\p{L}\p{N}]([\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?'
        )
        and length(split_part(email, '@', 1)) <= 64 and length(email) <= 254,
        false
    ) as has_usable_address
from state.customers
qualify row_number() over (partition by customer_id order by file_number desc, source) = 1;
