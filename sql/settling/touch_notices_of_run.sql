-- The notices that a run has made: in a restored backup their events may have been here before them.
-- grain: one row a notice
-- reads: notices
-- writes: work.touched_notices
-- params: run_id

insert into work.touched_notices
select notice_id
from notices
where run_id = $run_id;
