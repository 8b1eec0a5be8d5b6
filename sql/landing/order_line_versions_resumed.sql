-- What is said again as it was said until this very as-of goes on: no version is written where nothing changed.
-- grain: one row a version
-- reads: staging.next_order_lines
-- writes: order_line_history
-- params: as_of

update order_line_history as h
set valid_to = null, fingerprint = n.fingerprint
from staging.next_order_lines as n
where h.valid_to = $as_of
    and h.order_id = n.order_id and h.line_no = n.line_no
    and h.customer_id = n.customer_id
    and h.sku = n.sku
    and h.warehouse_id = n.warehouse_id
    and h.quantity_open = n.quantity_open
    and h.ordered_at = n.ordered_at
    and h.promised_on is not distinct from n.promised_on
    and h.priority = n.priority
    and h.status = n.status
    and h.po_number is not distinct from n.po_number
    and h.po_line is not distinct from n.po_line
    and h.partial_ok = n.partial_ok
    and h.sales_rep_id is not distinct from n.sales_rep_id
    and h.country is not distinct from n.country
    and h.description is not distinct from n.description
    and h.is_absent = n.is_absent;
