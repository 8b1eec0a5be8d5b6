-- What is believed again as it was until this very as-of goes on: no version is written where nothing changed.
-- grain: one row a version
-- reads: work.begun_promises
-- writes: promise_history
-- params: as_of

update promise_history as h
set valid_to = null
from work.begun_promises as p
where h.valid_to = $as_of
    and h.order_id = p.order_id and h.line_no = p.line_no
    and h.customer_id = p.customer_id and h.sku = p.sku and h.warehouse_id = p.warehouse_id
    and h.quantity_open = p.quantity_open and h.precision = p.precision
    and h.expected_on is not distinct from p.expected_on and h.first_on is not distinct from p.first_on;
