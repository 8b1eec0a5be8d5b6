-- Let the next run look at the lines of notices that an event spoke of: what came back told nobody.
-- grain: one row a notice
-- reads: work.touched_notices
-- writes: state.unseen_notices
-- params: -

insert into state.unseen_notices
select notice_id from work.touched_notices;
