-- The next notices to send, oldest first, from behind the last one read.
-- grain: one row a notice
-- reads: notices
-- writes: -
-- params: after_created_at, after_notice_id, limit

select notice_id, run_id, to_address, to_name, subject, body_text, body_html, created_at
from notices
where state = 'pending'
    and ($after_created_at::timestamp is null or (created_at, notice_id) > ($after_created_at::timestamp, $after_notice_id::varchar))
order by created_at, notice_id
limit $limit;
