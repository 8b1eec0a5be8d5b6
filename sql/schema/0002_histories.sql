-- What suppliers and orders said, and what we promised, as versions with as-of times.
-- grain: one row a version of a supply line, an order line, a promise; one row a slice of a current promise
-- reads: -
-- writes: supplier_eta_history, order_line_history, promise_history, promise_slices, state.supply_lines, state.statements_not_in_force
-- params: -

create table supplier_eta_history (
    supplier_id varchar not null,
    po_number varchar not null,
    po_line varchar not null,
    slice_no bigint not null,
    sku varchar not null,
    warehouse_id varchar not null,
    quantity decimal(18, 6) not null,
    eta_earliest_on date,
    eta_latest_on date,
    eta_precision varchar not null,
    status varchar not null,
    reason varchar,
    stated_at timestamp,
    source varchar not null,
    file_id varchar not null,
    row_number bigint not null,
    valid_from timestamp not null,
    valid_to timestamp
);
comment on table supplier_eta_history is 'One row for each version of a supply line; a version is written only when something changed.';
comment on column supplier_eta_history.supplier_id is 'Supplier';
comment on column supplier_eta_history.po_number is 'Purchase order';
comment on column supplier_eta_history.po_line is 'Its line; the SKU where the supplier gives none';
comment on column supplier_eta_history.slice_no is 'One quantity with one date';
comment on column supplier_eta_history.sku is 'Item';
comment on column supplier_eta_history.warehouse_id is 'Warehouse it comes to';
comment on column supplier_eta_history.quantity is 'Outstanding quantity, in our unit';
comment on column supplier_eta_history.eta_earliest_on is 'First day of the ETA; null = unknown';
comment on column supplier_eta_history.eta_latest_on is 'Last day of the ETA, the one that calculations use; null = unknown';
comment on column supplier_eta_history.eta_precision is 'day, week, month or unknown';
comment on column supplier_eta_history.status is 'open, shipped, received, cancelled as stated; arrived (vanished when due or shipped); withdrawn (vanished)';
comment on column supplier_eta_history.reason is 'The supplier''s reason';
comment on column supplier_eta_history.stated_at is 'When the supplier said so first; the as-of of landing where the file does not say, UTC';
comment on column supplier_eta_history.source is 'Source that said so';
comment on column supplier_eta_history.file_id is 'File that said so first';
comment on column supplier_eta_history.row_number is 'Row of that file';
comment on column supplier_eta_history.valid_from is 'As-of from which it held, UTC';
comment on column supplier_eta_history.valid_to is 'As-of from which it held no more, UTC; null = current';

create table order_line_history (
    order_id varchar not null,
    line_no bigint not null,
    customer_id varchar not null,
    sku varchar not null,
    warehouse_id varchar not null,
    quantity_open decimal(18, 6) not null,
    ordered_at timestamp not null,
    promised_on date,
    priority bigint not null,
    status varchar not null,
    po_number varchar,
    po_line varchar,
    partial_ok boolean not null,
    sales_rep_id varchar,
    country varchar,
    description varchar,
    source varchar not null,
    file_id varchar not null,
    is_absent boolean not null,
    stated_quantity_open decimal(18, 6) not null,
    valid_from timestamp not null,
    valid_to timestamp
);
comment on table order_line_history is 'One row for each version of an order line; a version is written only when something changed.';
comment on column order_line_history.order_id is 'Order';
comment on column order_line_history.line_no is 'Its line';
comment on column order_line_history.customer_id is 'Who waits';
comment on column order_line_history.sku is 'Item';
comment on column order_line_history.warehouse_id is 'Warehouse it is served from';
comment on column order_line_history.quantity_open is 'Quantity still open; 0 = closed, also when a snapshot lacks the line';
comment on column order_line_history.ordered_at is 'When it was ordered, UTC';
comment on column order_line_history.promised_on is 'First date given with the order; never overwritten';
comment on column order_line_history.priority is 'Lower is served first';
comment on column order_line_history.status is 'open, shipped or cancelled';
comment on column order_line_history.po_number is 'The line waits for just this purchase order';
comment on column order_line_history.po_line is 'The line waits for just this line of it';
comment on column order_line_history.partial_ok is 'The customer takes the line in parts';
comment on column order_line_history.sales_rep_id is 'Sales person';
comment on column order_line_history.country is 'Country it is sent to';
comment on column order_line_history.description is 'What the item is, in words';
comment on column order_line_history.source is 'The source that gave it first: the line belongs to it';
comment on column order_line_history.file_id is 'File that said so first';
comment on column order_line_history.is_absent is 'Closed because the latest snapshot lacks it';
comment on column order_line_history.stated_quantity_open is 'Quantity in the last good row, also while absent';
comment on column order_line_history.valid_from is 'As-of from which it held, UTC';
comment on column order_line_history.valid_to is 'As-of from which it held no more, UTC; null = current';

create table promise_history (
    order_id varchar not null,
    line_no bigint not null,
    customer_id varchar not null,
    sku varchar not null,
    warehouse_id varchar not null,
    quantity_open decimal(18, 6) not null,
    expected_on date,
    first_on date,
    precision varchar not null,
    cause varchar not null,
    moved_supplier_id varchar,
    moved_po_number varchar,
    moved_po_line varchar,
    moved_slice_no bigint,
    run_id varchar not null,
    valid_from timestamp not null,
    valid_to timestamp
);
comment on table promise_history is 'One row for each version of what we believed of an open order line; a version is written only when something changed.';
comment on column promise_history.order_id is 'Order';
comment on column promise_history.line_no is 'Its line';
comment on column promise_history.customer_id is 'Who waits';
comment on column promise_history.sku is 'Item';
comment on column promise_history.warehouse_id is 'Warehouse';
comment on column promise_history.quantity_open is 'Open quantity that was promised';
comment on column promise_history.expected_on is 'Day on which the whole open quantity should reach the customer; null = unknown';
comment on column promise_history.first_on is 'Day on which the first part should; null = unknown';
comment on column promise_history.precision is 'day, week, month or unknown: how precise the supply behind expected_on is';
comment on column promise_history.cause is 'What made this version: supplier, stock, demand, quantity, absence, overdue or settings';
comment on column promise_history.moved_supplier_id is 'Supplier of the supply whose change made this version; null when it was none';
comment on column promise_history.moved_po_number is 'Its purchase order';
comment on column promise_history.moved_po_line is 'Its line';
comment on column promise_history.moved_slice_no is 'Its slice';
comment on column promise_history.run_id is 'The run that found it';
comment on column promise_history.valid_from is 'As-of from which we believed it, UTC';
comment on column promise_history.valid_to is 'As-of from which we did no more, UTC; null = current';

create table promise_slices (
    order_id varchar not null,
    line_no bigint not null,
    slice_no bigint not null,
    quantity decimal(18, 6) not null,
    supply_kind varchar not null,
    supplier_id varchar,
    po_number varchar,
    po_line varchar,
    supply_slice_no bigint,
    precision varchar not null,
    available_on date,
    ship_on date,
    expected_on date
);
comment on table promise_slices is 'One row for each slice of a current promise: a quantity and the supply behind it.';
comment on column promise_slices.order_id is 'Order';
comment on column promise_slices.line_no is 'Its line';
comment on column promise_slices.slice_no is '1, 2, 3 … by date, unknown last';
comment on column promise_slices.quantity is 'Quantity of the slice';
comment on column promise_slices.supply_kind is 'stock, arrived, supply, or none (nothing covers it)';
comment on column promise_slices.supplier_id is 'Supplier behind it';
comment on column promise_slices.po_number is 'Purchase order behind it';
comment on column promise_slices.po_line is 'Its line';
comment on column promise_slices.supply_slice_no is 'Its slice';
comment on column promise_slices.precision is 'day, week, month or unknown: how precise that supply''s date is';
comment on column promise_slices.available_on is 'Day on which the supply is here';
comment on column promise_slices.ship_on is 'Day on which it leaves us';
comment on column promise_slices.expected_on is 'Day on which it should reach the customer; null = unknown';

create table state.supply_lines (
    supplier_id varchar not null,
    po_number varchar not null,
    po_line varchar not null,
    slice_no bigint not null,
    sku varchar not null,
    warehouse_id varchar not null,
    quantity decimal(18, 6) not null,
    eta_earliest_on date,
    eta_latest_on date,
    eta_precision varchar not null,
    stated_status varchar not null,
    reason varchar,
    stated_at timestamp not null,
    source varchar not null,
    file_id varchar not null,
    row_number bigint not null,
    absent_since date,
    is_withdrawn boolean not null,
    has_vanished boolean not null,
    arrived_on date,
    arrived_in_run bigint,
    changed_in_run bigint not null
);
comment on table state.supply_lines is
'One row for each slice of the statement in force about a PO line, over all sources. absent_since: as-of date of the first snapshot that lacked the PO line; has_vanished: it arrived by vanishing; arrived_in_run, changed_in_run: run numbers.';

create table state.statements_not_in_force (
    file_id varchar not null,
    source varchar not null,
    row_number bigint not null,
    raw varchar,
    reason varchar not null
);
comment on table state.statements_not_in_force is 'Rows that landed but never ruled: older than the statement in force, or beside a refused row of the same PO line.';
