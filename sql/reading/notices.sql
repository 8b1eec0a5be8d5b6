-- Notices, newest first; one of them where an id is given.
-- grain: one row a notice
-- reads: notices
-- writes: -
-- params: notice_id

select *
from notices
where $notice_id::varchar is null or notice_id = $notice_id
order by created_at desc, notice_id;
