-- Customers, stock, alternatives and staff: what the latest snapshot of each source says.
-- grain: one row a source and key
-- reads: -
-- writes: state.configured_sources, state.customers, state.inventory, state.alternatives, state.staff, state.stock_at_last_run
-- params: -

create table state.configured_sources (
    source varchar not null
);
comment on table state.configured_sources is 'The sources that the configuration names: what others gave owns nothing and is not counted on.';

create table state.customers (
    customer_id varchar not null,
    email varchar,
    name varchar,
    locale varchar not null,
    timezone varchar not null,
    country varchar,
    notify varchar not null,
    source varchar not null,
    file_number bigint not null
);
comment on table state.customers is 'Customers, by source; the row of the file taken last rules (state.current_customers).';

create table state.inventory (
    sku varchar not null,
    warehouse_id varchar not null,
    on_hand decimal(18, 6) not null,
    source varchar not null,
    file_number bigint not null
);
comment on table state.inventory is 'Stock on hand, by source; the same key from two sources is added up.';

create table state.alternatives (
    sku varchar not null,
    alternative_sku varchar not null,
    name varchar,
    url varchar,
    available_on date,
    source varchar not null,
    file_number bigint not null
);
comment on table state.alternatives is 'Items that can stand in for another, by source.';

create table state.staff (
    staff_id varchar not null,
    role varchar not null,
    email varchar,
    name varchar,
    warehouse_id varchar,
    source varchar not null,
    file_number bigint not null
);
comment on table state.staff is 'Sales and warehouse staff, by source.';

create table state.stock_at_last_run (
    warehouse_id varchar not null,
    sku varchar not null,
    on_hand decimal(38, 6) not null
);
comment on table state.stock_at_last_run is 'Stock as the last committed run saw it: tells the cause `stock`.';
