-- Working tables: the file that is being landed (staging). They hold nothing between runs; nobody may rely on them.
-- grain: one row a row of the file; a refused row; a key that can be read
-- reads: -
-- writes: staging.supplier_etas, staging.order_lines, staging.customers, staging.inventory, staging.alternatives, staging.staff, staging.refused,
--   staging.feed_facts, staging.statements, staging.next_supply_lines, staging.changed_supply_lines, staging.next_order_lines
-- params: -

create schema staging;

create table staging.supplier_etas (
    file_id varchar,
    file_ordinal bigint,
    row_number bigint,
    raw varchar,
    row_problem varchar,
    supplier_id varchar,
    po_number varchar,
    po_line varchar,
    slice_no bigint,
    slice_no_text varchar,
    sku varchar,
    warehouse_id varchar,
    quantity decimal(18, 6),
    quantity_text varchar,
    eta_earliest_on date,
    eta_latest_on date,
    eta_precision varchar,
    eta_text varchar,
    status varchar,
    status_text varchar,
    unit varchar,
    unit_known boolean,
    stated_at timestamp,
    stated_at_text varchar,
    reason varchar,
    duplicate_of bigint
);

create table staging.order_lines (
    file_id varchar,
    file_ordinal bigint,
    row_number bigint,
    raw varchar,
    row_problem varchar,
    order_id varchar,
    line_no bigint,
    line_no_text varchar,
    customer_id varchar,
    sku varchar,
    warehouse_id varchar,
    quantity_open decimal(18, 6),
    quantity_open_text varchar,
    ordered_at timestamp,
    ordered_at_text varchar,
    promised_on date,
    promised_on_text varchar,
    priority bigint,
    priority_text varchar,
    status varchar,
    status_text varchar,
    po_number varchar,
    po_line varchar,
    partial_ok boolean,
    partial_ok_text varchar,
    sales_rep_id varchar,
    country varchar,
    description varchar,
    duplicate_of bigint,
    owner_source varchar
);

create table staging.customers (
    file_id varchar,
    file_ordinal bigint,
    row_number bigint,
    raw varchar,
    row_problem varchar,
    customer_id varchar,
    email varchar,
    name varchar,
    locale varchar,
    timezone varchar,
    country varchar,
    notify varchar,
    notify_text varchar,
    duplicate_of bigint
);

create table staging.inventory (
    file_id varchar,
    file_ordinal bigint,
    row_number bigint,
    raw varchar,
    row_problem varchar,
    sku varchar,
    warehouse_id varchar,
    on_hand decimal(18, 6),
    on_hand_text varchar,
    duplicate_of bigint
);

create table staging.alternatives (
    file_id varchar,
    file_ordinal bigint,
    row_number bigint,
    raw varchar,
    row_problem varchar,
    sku varchar,
    alternative_sku varchar,
    name varchar,
    url varchar,
    available_on date,
    available_on_text varchar,
    duplicate_of bigint
);

create table staging.staff (
    file_id varchar,
    file_ordinal bigint,
    row_number bigint,
    raw varchar,
    row_problem varchar,
    staff_id varchar,
    role varchar,
    role_text varchar,
    email varchar,
    name varchar,
    warehouse_id varchar,
    duplicate_of bigint
);

create table staging.refused (
    file_id varchar,
    file_ordinal bigint,
    row_number bigint,
    raw varchar,
    rule varchar,
    message varchar
);

create table staging.feed_facts (
    rows_read bigint,
    rows_good bigint,
    previous_rows_good bigint,
    dated_before bigint,
    dates_lost bigint,
    is_snapshot boolean,
    may_be_empty boolean,
    overruled boolean,
    max_row_drop double,
    max_date_loss double
);

create table staging.statements (
    supplier_id varchar,
    po_number varchar,
    po_line varchar,
    slice_no bigint,
    sku varchar,
    warehouse_id varchar,
    quantity decimal(18, 6),
    eta_earliest_on date,
    eta_latest_on date,
    eta_precision varchar,
    stated_status varchar,
    reason varchar,
    stated_at timestamp,
    file_id varchar,
    file_ordinal bigint,
    row_number bigint,
    raw varchar,
    not_in_force varchar
);

create table staging.next_supply_lines as select * from state.supply_lines limit 0;

create table staging.changed_supply_lines (
    supplier_id varchar,
    po_number varchar,
    po_line varchar,
    slice_no bigint
);

create table staging.next_order_lines as select * from order_line_history limit 0;

create view staging.good_supplier_etas as
select *
from staging.supplier_etas as s
where not exists (select 1 from staging.refused as r where r.file_ordinal = s.file_ordinal and r.row_number = s.row_number);

create view staging.good_order_lines as
select *
from staging.order_lines as s
where not exists (select 1 from staging.refused as r where r.file_ordinal = s.file_ordinal and r.row_number = s.row_number);

create view staging.good_customers as
select *
from staging.customers as s
where not exists (select 1 from staging.refused as r where r.file_ordinal = s.file_ordinal and r.row_number = s.row_number);

create view staging.good_inventory as
select *
from staging.inventory as s
where not exists (select 1 from staging.refused as r where r.file_ordinal = s.file_ordinal and r.row_number = s.row_number);

create view staging.good_alternatives as
select *
from staging.alternatives as s
where not exists (select 1 from staging.refused as r where r.file_ordinal = s.file_ordinal and r.row_number = s.row_number);

create view staging.good_staff as
select *
from staging.staff as s
where not exists (select 1 from staging.refused as r where r.file_ordinal = s.file_ordinal and r.row_number = s.row_number);
