-- Close the versions that hold no more: another promise, or a line that is closed.
-- grain: one row a version
-- reads: work.promises
-- writes: promise_history
-- params: as_of

update promise_history as h
set valid_to = $as_of
where h.valid_to is null
    and not exists (
        select 1 from work.promises as p
        where p.order_id = h.order_id and p.line_no = h.line_no
            and p.customer_id = h.customer_id and p.sku = h.sku and p.warehouse_id = h.warehouse_id
            and p.quantity_open = h.quantity_open and p.precision = h.precision
            and p.expected_on is not distinct from h.expected_on and p.first_on is not distinct from h.first_on
    );
