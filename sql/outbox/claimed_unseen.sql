-- Let the next run look at the lines of claimed notices: their customers count as told.
-- grain: one row a notice
-- reads: work.claims
-- writes: state.unseen_notices
-- params: -

insert into state.unseen_notices
select notice_id from work.claims;
