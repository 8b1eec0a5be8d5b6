-- A row that was read and says what was known already is found again tomorrow as it stands today.
-- grain: one row a version
-- reads: staging.good_order_lines
-- writes: order_line_history
-- params: source

update order_line_history as h
set fingerprint = g.fingerprint
from staging.good_order_lines as g
where h.valid_to is null and h.source = $source and g.order_id = h.order_id and g.line_no = h.line_no
    and h.fingerprint is distinct from g.fingerprint;
