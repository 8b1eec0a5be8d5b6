-- How many lines no message could settle.
-- grain: one row
-- reads: customers_to_call
-- writes: -
-- params: -

select count(*) as lines from customers_to_call;
