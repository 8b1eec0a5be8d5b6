-- What the order book said at an as-of instant.
-- grain: one row an order line
-- reads: order_line_history
-- writes: -
-- params: as_of

select * exclude (file_id, valid_from, valid_to, fingerprint)
from order_line_history
where valid_from <= $as_of and (valid_to is null or valid_to > $as_of);
