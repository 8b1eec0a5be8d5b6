-- The notices as they stood at a moment of the clock, word for word.
-- grain: one row a notice
-- reads: notices, state.notices_at
-- writes: -
-- params: now

select n.* replace (s.state as state, s.told_at as told_at)
from notices as n
inner join state.notices_at($now) as s on n.notice_id = s.notice_id;
