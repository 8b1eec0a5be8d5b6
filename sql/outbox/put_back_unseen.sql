-- Let the next run look at the lines of notices that were put back: they told nobody.
-- grain: one row a notice
-- reads: notices
-- writes: state.unseen_notices
-- params: run_id, notice_id

insert into state.unseen_notices
select notice_id
from notices
where notice_id = $notice_id::varchar or ($notice_id::varchar is null and run_id = $run_id::varchar);
