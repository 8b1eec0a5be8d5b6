-- Is this notice uncertain for the same request as when the provider's log was asked?
-- grain: one row
-- reads: notices
-- writes: -
-- params: notice_id, attempt_id

select count(*) > 0 as is_still_uncertain
from notices
where notice_id = $notice_id and attempt_id is not distinct from $attempt_id::varchar and state = 'uncertain';
