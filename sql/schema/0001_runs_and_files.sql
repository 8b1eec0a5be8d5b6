-- Runs, the files they took, what was refused of them and what every check said.
-- grain: one row a run; a file landed or rejected; a refused row; an expectation and run
-- reads: -
-- writes: runs, source_files, quarantined_rows, check_results, state.overrules
-- params: -

create table runs (
    run_id varchar not null,
    run_number bigint not null,
    as_of timestamp not null,
    as_of_on date not null,
    started_at timestamp not null,
    finished_at timestamp,
    status varchar not null,
    open_lines bigint,
    is_baseline boolean not null default false,
    promise_settings varchar,
    reason varchar
);
comment on table runs is 'One row for each run. Times are UTC.';
comment on column runs.run_id is 'Our id of the run';
comment on column runs.run_number is '1, 2, 3 … in the order in which runs began';
comment on column runs.as_of is 'The instant the run speaks of';
comment on column runs.as_of_on is 'The as-of instant''s date in the warehouse''s time zone: the "today" of every rule';
comment on column runs.started_at is 'When the run began';
comment on column runs.finished_at is 'When it ended; null while it runs';
comment on column runs.status is
'running; committed (its promises, changes and notices hold); stopped (a check stopped it); failed; outdated (its as-of lies before the last committed run''s: nothing was computed)';
comment on column runs.open_lines is 'Open order lines at this run';
comment on column runs.is_baseline is 'True for the first committed run, which tells nobody';
comment on column runs.promise_settings is 'Fingerprint of the [promise] settings';
comment on column runs.reason is 'Why a run was stopped or failed';

create table source_files (
    file_id varchar not null,
    file_number bigint not null,
    unit_id varchar not null,
    run_id varchar not null,
    run_number bigint not null,
    source varchar not null,
    feed varchar not null,
    mode varchar not null,
    path varchar not null,
    place varchar not null,
    sha256 varchar not null,
    modified_at timestamp not null,
    file_date date,
    received_at timestamp not null,
    as_of timestamp not null,
    as_of_on date not null,
    status varchar not null,
    is_in_force boolean not null,
    rows_landed bigint not null,
    rows_quarantined bigint not null,
    reason varchar,
    source_settings varchar not null
);
comment on table source_files is 'One row for each file that was landed or rejected.';
comment on column source_files.file_id is 'Our id of the file';
comment on column source_files.file_number is '1, 2, 3 … in the order in which files were taken';
comment on column source_files.unit_id is 'Files with the same unit were landed together: the parts of one snapshot';
comment on column source_files.run_id is 'The run that took it';
comment on column source_files.run_number is 'That run''s number';
comment on column source_files.source is 'Name of the source in the configuration';
comment on column source_files.feed is 'The feed it belongs to';
comment on column source_files.mode is 'snapshot or delta';
comment on column source_files.path is 'Where it was found';
comment on column source_files.place is 'The path below the configuration file''s folder, or the whole path: what a file is known by, also when the folder moves';
comment on column source_files.sha256 is 'SHA-256 of its bytes as they were found';
comment on column source_files.modified_at is 'The file''s modification time, UTC';
comment on column source_files.file_date is 'The date in its name, by the source''s file_date';
comment on column source_files.received_at is 'When we took it, UTC';
comment on column source_files.as_of is 'As-of of the run that took it';
comment on column source_files.as_of_on is 'As-of date of the run that took it';
comment on column source_files.status is 'landed or rejected';
comment on column source_files.is_in_force is 'False for a rejected file, and for a snapshot older than the one in force: history only';
comment on column source_files.rows_landed is 'Rows that broke no rule';
comment on column source_files.rows_quarantined is 'Rows in quarantined_rows';
comment on column source_files.reason is 'Why it was rejected, or is history only';
comment on column source_files.source_settings is 'Fingerprint of the source''s settings: a rejected file is tried again when they change';

create table quarantined_rows (
    file_id varchar not null,
    run_id varchar not null,
    source varchar not null,
    row_number bigint not null,
    raw varchar,
    rule varchar not null,
    message varchar not null
);
comment on table quarantined_rows is 'One row for each row that was refused; no row is lost silently.';
comment on column quarantined_rows.file_id is 'The file it stood in';
comment on column quarantined_rows.run_id is 'The run that refused it';
comment on column quarantined_rows.source is 'Name of the source';
comment on column quarantined_rows.row_number is 'Its number in the file, from 1, header and titles counted';
comment on column quarantined_rows.raw is 'The row''s text as it stood in the file';
comment on column quarantined_rows.rule is 'The first rule that it broke';
comment on column quarantined_rows.message is 'A sentence for the supplier';

create table check_results (
    run_id varchar not null,
    file_id varchar,
    suite varchar not null,
    expectation varchar not null,
    severity varchar not null,
    success boolean not null,
    is_error boolean not null,
    failing_count bigint,
    details varchar,
    checked_at timestamp not null
);
comment on table check_results is 'One row for each expectation, run and (for feeds) file.';
comment on column check_results.run_id is 'The run that checked';
comment on column check_results.file_id is 'The file that was checked; null for promises';
comment on column check_results.suite is 'The suite: landed_<feed>, feed_facts or promises';
comment on column check_results.expectation is 'Name of the expectation';
comment on column check_results.severity is 'warning (rows go to quarantine) or critical (the feed is rejected, or the run stops)';
comment on column check_results.success is 'True when it was met';
comment on column check_results.is_error is 'True when the check could not be carried out: that says nothing about the data';
comment on column check_results.failing_count is 'How many rows or keys failed';
comment on column check_results.details is 'Failing keys, or what went wrong';
comment on column check_results.checked_at is 'When, UTC';

create table state.overrules (
    source varchar not null,
    place varchar not null,
    sha256 varchar not null,
    decided_by varchar not null,
    decided_at timestamp not null
);
comment on table state.overrules is 'Rejections that a person overruled (`tellwhen sources accept`).';
