-- What was believed of each open order line at an as-of instant.
-- grain: one row an order line
-- reads: promise_history
-- writes: -
-- params: as_of

select order_id, line_no, customer_id, sku, warehouse_id, quantity_open, expected_on, first_on, precision, cause
from promise_history
where valid_from <= $as_of and (valid_to is null or valid_to > $as_of);
