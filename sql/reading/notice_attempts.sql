-- The requests that were made for a notice.
-- grain: one row a request
-- reads: attempts
-- writes: -
-- params: notice_id

select *
from attempts
where notice_id = $notice_id
order by started_at;
