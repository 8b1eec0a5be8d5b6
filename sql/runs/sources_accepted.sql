-- The sources that had a file accepted, and the as-of at which each last had.
-- grain: one row a source
-- reads: state.sources_accepted
-- writes: -
-- params: -

select source, last_accepted_as_of from state.sources_accepted;
