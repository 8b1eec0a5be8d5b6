-- The notices that new events name.
-- grain: one row a notice
-- reads: work.events
-- writes: work.touched_notices
-- params: -

insert into work.touched_notices
select distinct notice_id
from work.events
where notice_id is not null and means is not null;
