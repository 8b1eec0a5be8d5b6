-- What a person's decision came to, beside who made it and why.
-- grain: one row a decision
-- reads: -
-- writes: state.decisions_by_person
-- params: -

alter table state.decisions_by_person add column effect varchar;
comment on column state.decisions_by_person.effect is 'What it came to, in words: how many notices it moved, and to which state';
