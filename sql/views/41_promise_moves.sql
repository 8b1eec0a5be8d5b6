-- Each time that what we believed of an open order line became another day.
-- grain: one row an order line and move
-- reads: promise_history
-- writes: promise_moves
-- params: -

create or replace view promise_moves as
with believed as (
    select
        order_id,
        line_no,
        customer_id,
        sku,
        warehouse_id,
        valid_from as moved_at,
        lag(expected_on) over one_line as expected_before_on,
        expected_on,
        cause,
        moved_supplier_id as supplier_id,
        moved_po_number as po_number,
        moved_po_line as po_line,
        run_id,
        row_number() over one_line as place
    from promise_history
    -- A line that moves to another customer begins anew.
    window one_line as (partition by order_id, line_no, customer_id order by valid_from)
)

select
    order_id,
    line_no,
    customer_id,
    sku,
    warehouse_id,
    moved_at,
    expected_before_on,
    expected_on,
    expected_on - expected_before_on as days_moved,
    cause,
    supplier_id,
    po_number,
    po_line,
    run_id
from believed
where place > 1 and expected_on is distinct from expected_before_on;

comment on view promise_moves is 'One row for each time that the day on which we expect an open order line became another; the first day is no move.';
comment on column promise_moves.order_id is 'Order';
comment on column promise_moves.line_no is 'Its line';
comment on column promise_moves.customer_id is 'Who waits';
comment on column promise_moves.sku is 'Item';
comment on column promise_moves.warehouse_id is 'Warehouse';
comment on column promise_moves.moved_at is 'As-of of the run that found it, UTC';
comment on column promise_moves.expected_before_on is 'The day expected before; null = unknown';
comment on column promise_moves.expected_on is 'The day expected from then on; null = unknown';
comment on column promise_moves.days_moved is 'Calendar days from the one to the other, later is positive; null where either is unknown';
comment on column promise_moves.cause is 'supplier, stock, demand, quantity, absence, overdue or settings';
comment on column promise_moves.supplier_id is 'Supplier of the supply that moved it; null when it was none';
comment on column promise_moves.po_number is 'Its purchase order';
comment on column promise_moves.po_line is 'Its line';
comment on column promise_moves.run_id is 'The run that found it';
