-- Working tables: the file that is being landed, row by row, before any of it is read (sifting).
-- grain: one row a row of the file; a row or a fingerprint without its like
-- reads: -
-- writes: staging.file_rows, staging.sifted, staging.raw_texts, staging.fingerprints_gone, staging.supplier_etas, staging.order_lines, staging.customers,
--   staging.inventory, staging.alternatives, staging.staff, staging.current_order_lines,
--   staging.next_order_lines
-- params: -

create table staging.file_rows (
    file_ordinal bigint,
    row_number bigint,
    fingerprint ubigint
);

create table staging.sifted (
    file_ordinal bigint,
    row_number bigint,
    fingerprint ubigint
);

create table staging.raw_texts (
    file_ordinal bigint,
    row_number bigint,
    raw varchar
);

create view staging.fingerprints_gone as
select fingerprint
from staging.sifted
where row_number is null;

alter table staging.supplier_etas add column fingerprint ubigint;
alter table staging.order_lines add column fingerprint ubigint;
alter table staging.customers add column fingerprint ubigint;
alter table staging.inventory add column fingerprint ubigint;
alter table staging.alternatives add column fingerprint ubigint;
alter table staging.staff add column fingerprint ubigint;

create table staging.current_order_lines as select * from order_line_history limit 0;

drop table staging.next_order_lines;
create table staging.next_order_lines as select * from order_line_history limit 0;

-- A view holds the columns that its table had when it was made.
create or replace view staging.good_supplier_etas as
select *
from staging.supplier_etas as s
where not exists (select 1 from staging.refused as r where r.file_ordinal = s.file_ordinal and r.row_number = s.row_number);

create or replace view staging.good_order_lines as
select *
from staging.order_lines as s
where not exists (select 1 from staging.refused as r where r.file_ordinal = s.file_ordinal and r.row_number = s.row_number);

create or replace view staging.good_customers as
select *
from staging.customers as s
where not exists (select 1 from staging.refused as r where r.file_ordinal = s.file_ordinal and r.row_number = s.row_number);

create or replace view staging.good_inventory as
select *
from staging.inventory as s
where not exists (select 1 from staging.refused as r where r.file_ordinal = s.file_ordinal and r.row_number = s.row_number);

create or replace view staging.good_alternatives as
select *
from staging.alternatives as s
where not exists (select 1 from staging.refused as r where r.file_ordinal = s.file_ordinal and r.row_number = s.row_number);

create or replace view staging.good_staff as
select *
from staging.staff as s
where not exists (select 1 from staging.refused as r where r.file_ordinal = s.file_ordinal and r.row_number = s.row_number);
