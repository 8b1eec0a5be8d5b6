-- What a row looked like in its file, kept beside what it said: a row that stands there again as it stood need not be read again.
-- grain: one row a version of an order line; a source and key; a file landed or rejected
-- reads: -
-- writes: order_line_history, state.customers, state.inventory, source_files
-- params: -

alter table order_line_history add column fingerprint ubigint;
comment on column order_line_history.fingerprint is 'Of the row that said so, as it stands in its file; null unless it is current. Private';

alter table state.customers add column fingerprint ubigint;
alter table state.inventory add column fingerprint ubigint;

alter table source_files add column reading varchar;
comment on column source_files.reading is 'Fingerprint of all that the meaning of its rows depended on beside the file: settings, rules, version. Private';
