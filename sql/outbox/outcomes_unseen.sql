-- Let the next run look at the lines of notices that have an outcome: what never left told nobody.
-- grain: one row a notice
-- reads: work.outcomes
-- writes: state.unseen_notices
-- params: -

insert into state.unseen_notices
select notice_id from work.outcomes;
