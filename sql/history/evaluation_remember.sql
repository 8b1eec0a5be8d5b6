-- Remember what this run was worked out with.
-- grain: one row
-- reads: -
-- writes: state.evaluation
-- params: fingerprint

insert into state.evaluation by name
select $fingerprint::varchar as fingerprint;
