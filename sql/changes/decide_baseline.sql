-- The changes of a baseline run send nothing (spec 4).
-- grain: one row a change
-- reads: -
-- writes: work.changes
-- params: -

update work.changes
set decision = 'baseline';
