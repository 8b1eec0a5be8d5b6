-- Working tables of a run: its demand, supply and promises before they become the truth. Committed so that they can be checked; nobody may rely on them.
-- grain: one row a day; an order line; a supply; a pairing of the two; a promise; a change
-- reads: -
-- writes: work.calendar, work.transit, work.demand, work.supply, work.pairing_demand, work.pairing_supply, work.pairings, work.slices, work.promises,
--   work.changes, work.standing_changes, work.claims, work.outcomes
-- params: -

create schema work;

create table work.calendar (
    day date,
    is_business_day boolean,
    business_days bigint, -- business days up to and including this day
    next_business_on date -- the first business day on or after this day
);

create table work.transit (
    country varchar,
    transit_days integer
);

create table work.demand (
    demand_id bigint, -- in the order in which demand is served
    order_id varchar,
    line_no bigint,
    customer_id varchar,
    sku varchar,
    warehouse_id varchar,
    quantity_open decimal(18, 6),
    country varchar,
    partial_ok boolean,
    po_number varchar, -- null for an ordinary line
    po_line varchar,
    is_released boolean -- it waited for a PO that stands as arrived
);

create table work.supply (
    supply_id bigint, -- in the order in which supply serves: stock first
    supply_kind varchar,
    sku varchar,
    warehouse_id varchar,
    supplier_id varchar,
    po_number varchar,
    po_line varchar,
    slice_no bigint,
    quantity decimal(38, 6),
    precision varchar,
    available_on date
);

create table work.pairing_demand (
    warehouse_id varchar,
    sku varchar,
    po_number varchar,
    po_line varchar,
    demand_id bigint,
    quantity decimal(38, 6)
);

create table work.pairing_supply (
    warehouse_id varchar,
    sku varchar,
    po_number varchar,
    po_line varchar,
    supply_id bigint,
    quantity decimal(38, 6)
);

create table work.pairings (
    demand_id bigint,
    supply_id bigint,
    quantity decimal(38, 6)
);

create table work.slices as select * from promise_slices limit 0;

create table work.promises (
    order_id varchar,
    line_no bigint,
    customer_id varchar,
    sku varchar,
    warehouse_id varchar,
    quantity_open decimal(18, 6),
    expected_on date,
    first_on date,
    precision varchar,
    cause varchar,
    moved_supplier_id varchar,
    moved_po_number varchar,
    moved_po_line varchar,
    moved_slice_no bigint
);

create table work.changes (
    order_id varchar,
    line_no bigint,
    customer_id varchar,
    kind varchar,
    is_told boolean,
    told_on date,
    expected_on date,
    days_moved integer,
    cause varchar,
    decision varchar,
    parts struct(quantity decimal(18, 6), expected_on date, "precision" varchar) [],
    streak integer
);

create table work.standing_changes as select * from state.standing_changes limit 0;

create table work.claims (
    notice_id varchar,
    attempt_id varchar,
    run_id varchar
);

create table work.outcomes (
    notice_id varchar,
    attempt_id varchar,
    outcome varchar,
    state varchar,
    provider_id varchar,
    detail varchar
);
