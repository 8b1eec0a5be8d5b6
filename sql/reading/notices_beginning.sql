-- Notices whose id begins so, as people paste it.
-- grain: one row a notice
-- reads: notices
-- writes: -
-- params: beginning

select notice_id, state, reason
from notices
where starts_with(notice_id, $beginning)
order by notice_id = $beginning desc, notice_id
limit 5;
