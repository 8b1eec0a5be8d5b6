-- What the last committed run was worked out with.
-- grain: one row, or none
-- reads: state.evaluation
-- writes: -
-- params: -

select fingerprint from state.evaluation;
