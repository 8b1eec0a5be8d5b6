-- What sending needs beside its ledger: the name of this warehouse, and what people decided about notices.
-- grain: one row; a decision
-- reads: -
-- writes: state.identity, state.decisions_by_person
-- params: -

create table state.identity as select uuid()::varchar as warehouse_id;
comment on table state.identity is 'The name of this warehouse: a restored backup has the same, a new warehouse another.';
comment on column state.identity.warehouse_id is 'A random UUID, made once';

create table state.decisions_by_person (
    decided_at timestamp not null,
    decided_by varchar not null,
    action varchar not null,
    run_id varchar,
    notice_id varchar,
    why varchar
);
comment on table state.decisions_by_person is 'What a person decided about notices, and why.';
comment on column state.decisions_by_person.decided_at is 'When, UTC';
comment on column state.decisions_by_person.decided_by is 'Who: $USER or --by';
comment on column state.decisions_by_person.action is 'release, discard, retry, resolve sent, resolve not sent or reconcile';
comment on column state.decisions_by_person.run_id is 'The run whose notices it was about; null where it was about one notice';
comment on column state.decisions_by_person.notice_id is 'The notice it was about';
comment on column state.decisions_by_person.why is 'In their own words';

comment on column attempts.outcome is 'accepted, validated, failed, not_sent, stopped or uncertain; null while open';
