-- The sources that had a file accepted.
-- grain: one row a source
-- reads: state.sources_accepted
-- writes: -
-- params: -

select source from state.sources_accepted;
