-- What a run need not work out again: what the last committed run saw, and what has changed since.
-- grain: one row an item (warehouse and SKU) whose order lines changed; one row a supply; one row for the last committed run
-- reads: -
-- writes: state.changed_items, state.supply_at_last_run, state.evaluation, state.unseen_notices, state.tellings_by_person, work.supply, work.items,
--   work.restless_lines, work.lines, work.contacts, work.before, work.slices_before, work.begun_promises, work.ended_promises, work.changed_slices
-- params: -

create table state.changed_items (
    warehouse_id varchar not null,
    sku varchar not null
);
comment on table state.changed_items is 'Items of which an order line has come, gone or changed since the last committed run.';

create table state.supply_at_last_run (
    supply_kind varchar not null,
    sku varchar not null,
    warehouse_id varchar not null,
    supplier_id varchar,
    po_number varchar,
    po_line varchar,
    slice_no bigint,
    quantity decimal(38, 6) not null,
    precision varchar not null,
    available_on date,
    latest_on date
);
comment on table state.supply_at_last_run is 'All that could serve in the last committed run: an item whose supply is still just that is served as it was.';

create table state.evaluation (
    fingerprint varchar not null
);
comment on table state.evaluation is
'What the last committed run was worked out with, beside supply and demand: rules, calendar, settings. Another fingerprint: all is worked out anew.';

create table state.unseen_notices (
    notice_id varchar not null
);
comment on table state.unseen_notices is
'Notices of which it may have changed whether their customers count as told, since the last committed run looked; one may stand here twice.';

alter table state.tellings_by_person add column is_unseen boolean default true;

alter table work.supply add column latest_on date;

create table work.items (
    warehouse_id varchar,
    sku varchar
);

create table work.restless_lines (
    order_id varchar,
    line_no bigint
);

create table work.lines (
    order_id varchar,
    line_no bigint,
    customer_id varchar,
    sku varchar,
    warehouse_id varchar,
    quantity_open decimal(18, 6),
    ordered_at timestamp,
    promised_on date,
    priority bigint,
    po_number varchar,
    po_line varchar,
    partial_ok boolean,
    country varchar,
    description varchar
);

create table work.contacts (
    customer_id varchar,
    email varchar,
    name varchar,
    locale varchar,
    notify varchar,
    has_usable_address boolean
);

create table work.before as select * from promise_history limit 0;

create table work.slices_before as select * from promise_slices limit 0;

create table work.begun_promises as select * from work.promises limit 0;

create table work.ended_promises (
    order_id varchar,
    line_no bigint
);

create table work.changed_slices (
    order_id varchar,
    line_no bigint
);
