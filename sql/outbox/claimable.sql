-- The next notices to send, oldest first.
-- grain: one row a notice
-- reads: notices
-- writes: -
-- params: limit

select notice_id, run_id, to_address, to_name, subject, body_text, body_html
from notices
where state = 'pending'
order by created_at, notice_id
limit $limit;
