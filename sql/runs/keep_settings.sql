-- Keep the settings that decide what a run says, once each.
-- grain: one row, or none
-- reads: state.run_settings
-- writes: state.run_settings
-- params: settings_id, settings

insert into state.run_settings by name
select $settings_id::varchar as settings_id, $settings::varchar as settings
where not exists (select 1 from state.run_settings as s where s.settings_id = $settings_id::varchar);
