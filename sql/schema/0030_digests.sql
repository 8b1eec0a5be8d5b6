-- What staff were told, after the customers: the digests, and the lines in each.
-- grain: one row a digest to one member of staff; a line in a digest; a member of staff to write to; a line to write of
-- reads: -
-- writes: state.digests, state.digest_lines, work.digest_recipients, work.digest_lines
-- params: -

create table state.digests (
    digest_id varchar not null,
    occasion varchar not null,
    staff_id varchar,
    run_id varchar,
    as_of timestamp not null,
    as_of_on date not null,
    since_as_of timestamp not null,
    since_made_at timestamp not null,
    history_as_of timestamp not null,
    made_at timestamp not null,
    state varchar not null,
    to_address varchar not null,
    subject varchar not null,
    body_sha256 varchar not null,
    updated_at timestamp not null,
    provider_id varchar,
    reason varchar
);
comment on table state.digests is 'One row for each digest to one member of staff, written before it leaves. It is no notice: it tells no customer anything.';
comment on column state.digests.digest_id is 'UUIDv5 of occasion, staff, as-of and the number of digests before it';
comment on column state.digests.occasion is 'daily, or calls (the call list at the end of a run that adds to it)';
comment on column state.digests.staff_id is 'Who it is for; null = staff.fallback_email';
comment on column state.digests.run_id is 'The run at whose end it went out; null = daily';
comment on column state.digests.as_of is 'The instant that it speaks of, UTC';
comment on column state.digests.as_of_on is 'Its date in the shop''s time zone: one daily digest a day and member of staff';
comment on column state.digests.since_as_of is 'As-of from which on it reports what moved, UTC';
comment on column state.digests.since_made_at is 'From when on it reports what customers were told, UTC';
comment on column state.digests.history_as_of is 'As-of of the run that it reports up to, UTC: the next one goes on from there';
comment on column state.digests.made_at is 'When it was made, UTC: what customers were told later stands in the next one';
comment on column state.digests.state is
'sending, accepted, uncertain (it may have left: never sent again), failed (refused for good), not_sent (nobody took it: the next one says it)';
comment on column state.digests.updated_at is 'When its state changed last, UTC';
comment on column state.digests.provider_id is 'The provider''s id of the message';
comment on column state.digests.reason is 'Why it did not leave, or why nobody knows whether it did';

create table state.digest_lines (
    digest_id varchar not null,
    section varchar not null,
    order_id varchar not null,
    line_no bigint not null,
    customer_id varchar not null,
    kind varchar,
    told_on date,
    expected_on date
);
comment on table state.digest_lines is 'The order lines that a digest spoke of, also those beyond what it had room to show.';
comment on column state.digest_lines.section is 'call, waiting, told or moved';

create table work.digest_recipients (
    staff_id varchar, -- null: the fallback address
    role varchar,
    warehouse_id varchar, -- null: all of them
    is_due boolean,
    since_as_of timestamp, -- the history from here on
    since_made_at timestamp -- what was told from here on
);

create table work.digest_lines (
    staff_id varchar,
    section varchar,
    customer_id varchar,
    customer_name varchar,
    order_id varchar,
    line_no bigint,
    sku varchar,
    description varchar,
    quantity decimal(18, 6),
    kind varchar,
    is_told boolean, -- from_on is a day that the customer was told, or told unknown
    from_on date,
    expected_on date,
    precision varchar,
    days_later integer,
    cause varchar,
    supplier_id varchar,
    po_number varchar,
    po_line varchar,
    supplier_reason varchar,
    standing varchar, -- why no message settles it, where its notice stands, or who told
    detail varchar,
    is_new boolean,
    place bigint -- in its section
);
