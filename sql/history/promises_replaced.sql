-- A version that began at this very as-of and no longer holds never held: the later truth wins.
-- grain: one row a version
-- reads: work.promises
-- writes: promise_history
-- params: as_of

delete from promise_history as h
where h.valid_to is null and h.valid_from >= $as_of
    and not exists (
        select 1 from work.promises as p
        where p.order_id = h.order_id and p.line_no = h.line_no
            and p.customer_id = h.customer_id and p.sku = h.sku and p.warehouse_id = h.warehouse_id
            and p.quantity_open = h.quantity_open and p.precision = h.precision
            and p.expected_on is not distinct from h.expected_on and p.first_on is not distinct from h.first_on
    );
