-- What a look back needs to know: why a notice was held at first, and with which settings a run was made.
-- grain: one row a set of settings
-- reads: -
-- writes: notices, runs, state.run_settings
-- params: -

alter table notices add column held_because varchar;
comment on column notices.held_because is 'Why a guard held it when it was made; null = none did, or it was made before this was kept';

alter table runs add column settings_id varchar;
comment on column runs.settings_id is 'Fingerprint of all settings that decide what a run says; null for runs of before this was kept';

create table state.run_settings (
    settings_id varchar not null,
    settings varchar not null
);
comment on table state.run_settings is 'The settings that runs were made with, once each: those that decide what a run says, none of the sending.';
comment on column state.run_settings.settings_id is 'Their fingerprint';
comment on column state.run_settings.settings is 'JSON: the time zone, sources, [promise], [changes] and [guard]';
