-- The lines in the notices of until a moment of the clock.
-- grain: one row a line in a notice
-- reads: notices, notice_lines
-- writes: -
-- params: now

select l.*
from notice_lines as l
inner join notices as n on l.notice_id = n.notice_id
where n.created_at <= $now;
