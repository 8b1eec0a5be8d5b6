-- What people had told customers until a moment of the clock.
-- grain: one row a telling
-- reads: state.tellings_by_person
-- writes: -
-- params: now

select * replace (true as is_unseen)
from state.tellings_by_person
where recorded_at <= $now;
