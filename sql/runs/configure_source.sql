-- Remember that the configuration names a source.
-- grain: one row
-- reads: -
-- writes: state.configured_sources
-- params: source

insert into state.configured_sources
select $source as source;
