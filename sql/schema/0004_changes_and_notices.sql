-- Changes, the outbox, and what is remembered of each line between runs.
-- grain: one row a change when it arose; a notice; a line in a notice; a request; a provider event; a telling by a person
-- reads: -
-- writes: changes, notices, notice_lines, attempts, delivery_events, state.tellings_by_person, state.suppressions, state.standing_changes,
--   state.baseline_lines, state.advance_streaks, state.released_lines
-- params: -

create table changes (
    run_id varchar not null,
    order_id varchar not null,
    line_no bigint not null,
    customer_id varchar not null,
    kind varchar not null,
    is_told boolean not null,
    told_on date,
    expected_on date,
    days_moved integer,
    cause varchar not null,
    decision varchar not null
);
comment on table changes is 'One row for each change when it arose: what the customer was last told is not what we now believe.';
comment on column changes.run_id is 'The run in which it arose';
comment on column changes.order_id is 'Order';
comment on column changes.line_no is 'Its line';
comment on column changes.customer_id is 'Who waits';
comment on column changes.kind is 'delayed, advanced, unknown, dated or missed';
comment on column changes.is_told is 'The customer was told something';
comment on column changes.told_on is 'The day last told; null with is_told = told unknown';
comment on column changes.expected_on is 'The day now expected; null = unknown';
comment on column changes.days_moved is 'Calendar days from told_on to expected_on; null where either is unknown';
comment on column changes.cause is 'supplier, stock, demand, quantity, absence, overdue or settings';
comment on column changes.decision is
'baseline, call, no_contact, opted_out, suppressed, unreachable, discarded, in_flight, unconfirmed, waiting or notify';

create table notices (
    notice_id varchar not null,
    run_id varchar not null,
    customer_id varchar not null,
    state varchar not null,
    to_address varchar not null,
    to_name varchar,
    subject varchar not null,
    body_text varchar not null,
    body_html varchar not null,
    body_sha256 varchar not null,
    as_of_on date not null,
    created_at timestamp not null,
    updated_at timestamp not null,
    told_at timestamp,
    attempt_id varchar,
    provider_id varchar,
    reason varchar
);
comment on table notices is 'One row for each message to one customer, word for word.';
comment on column notices.notice_id is 'UUIDv5 of customer, lines, told and expected dates, and the number of earlier notices about each line';
comment on column notices.run_id is 'The run that made it';
comment on column notices.customer_id is 'Customer';
comment on column notices.state is
'pending, sending, accepted, delivered, bounced, dropped, held, failed, uncertain, superseded or discarded';
comment on column notices.to_address is 'Address it goes to';
comment on column notices.to_name is 'Name it goes to';
comment on column notices.subject is 'Subject';
comment on column notices.body_text is 'Text part';
comment on column notices.body_html is 'HTML part';
comment on column notices.body_sha256 is 'SHA-256 of subject, text and HTML, each ended by a NUL';
comment on column notices.as_of_on is 'As-of date of the run that made it';
comment on column notices.created_at is 'When it was made, UTC';
comment on column notices.updated_at is 'When its state changed last, UTC';
comment on column notices.told_at is 'When it was first given to the provider, UTC';
comment on column notices.attempt_id is 'The request whose outcome counts';
comment on column notices.provider_id is 'The provider''s id of the message';
comment on column notices.reason is 'Why it failed, was superseded or discarded';

create table notice_lines (
    notice_id varchar not null,
    order_id varchar not null,
    line_no bigint not null,
    kind varchar not null,
    is_told boolean not null,
    told_on date,
    expected_on date,
    parts struct(quantity decimal(18, 6), expected_on date, "precision" varchar) []
);
comment on table notice_lines is 'One row for each line in a notice.';
comment on column notice_lines.notice_id is 'The notice';
comment on column notice_lines.order_id is 'Order';
comment on column notice_lines.line_no is 'Its line';
comment on column notice_lines.kind is 'delayed, advanced, unknown or dated';
comment on column notice_lines.is_told is 'The customer had been told something before';
comment on column notice_lines.told_on is 'The day told before; null with is_told = told unknown';
comment on column notice_lines.expected_on is 'The day told now; null = unknown';
comment on column notice_lines.parts is 'The parts told: quantity, day, precision; dated parts first';

create table attempts (
    attempt_id varchar not null,
    notice_id varchar not null,
    run_id varchar not null,
    started_at timestamp not null,
    finished_at timestamp,
    outcome varchar,
    detail varchar
);
comment on table attempts is 'One row for each request to a provider; written before the request leaves.';
comment on column attempts.attempt_id is 'Our id of the request';
comment on column attempts.notice_id is 'The notice';
comment on column attempts.run_id is 'The run or command that sent it';
comment on column attempts.started_at is 'When its intent was committed, UTC';
comment on column attempts.finished_at is 'When its outcome was recorded, UTC';
comment on column attempts.outcome is 'accepted, failed, not_sent, stopped or uncertain; null while open';
comment on column attempts.detail is 'The provider''s words';

create table delivery_events (
    notice_id varchar,
    event varchar not null,
    event_at timestamp,
    received_at timestamp not null,
    raw varchar not null
);
comment on table delivery_events is 'One row for each provider event.';
comment on column delivery_events.notice_id is 'The notice; null when it is none of ours';
comment on column delivery_events.event is 'The provider''s word';
comment on column delivery_events.event_at is 'When it happened, UTC';
comment on column delivery_events.received_at is 'When we took it, UTC';
comment on column delivery_events.raw is 'The event as it came';

create table state.tellings_by_person (
    order_id varchar not null,
    line_no bigint not null,
    customer_id varchar not null,
    told_on date,
    told_by varchar not null,
    recorded_at timestamp not null
);
comment on table state.tellings_by_person is 'What a person told a customer (`tellwhen told`); told_on null = told that the date is unknown.';

create table state.suppressions (
    address varchar not null,
    reason varchar not null,
    since timestamp not null
);
comment on table state.suppressions is 'Addresses that bounced, unsubscribed or reported spam.';

create table state.standing_changes (
    order_id varchar not null,
    line_no bigint not null,
    customer_id varchar not null,
    kind varchar not null,
    is_told boolean not null,
    told_on date,
    expected_on date,
    cause varchar not null,
    decision varchar not null,
    since timestamp not null,
    evaluated_at timestamp not null
);
comment on table state.standing_changes is 'The changes that the last committed run found, with the as-of since when each has stood so.';

create table state.baseline_lines (
    order_id varchar not null,
    line_no bigint not null,
    expected_on date
);
comment on table state.baseline_lines is 'Lines whose change the baseline run found, until a committed run finds another date for them.';

create table state.advance_streaks (
    order_id varchar not null,
    line_no bigint not null,
    run_count integer not null,
    last_as_of_on date not null
);
comment on table state.advance_streaks is 'How many runs with different as-of dates in a row found an earlier date for a line.';

create table state.released_lines (
    order_id varchar not null,
    line_no bigint not null,
    run_number bigint not null
);
comment on table state.released_lines is 'Order lines that waited for a PO which has arrived: ordinary lines ever after.';
