-- The rejections that people had overruled until a moment of the clock.
-- grain: one row a decision
-- reads: state.overrules
-- writes: -
-- params: now

select *
from state.overrules
where decided_at <= $now;
