-- How many events are new, and how many of them name no notice that this warehouse knows.
-- grain: one row
-- reads: work.events, notices
-- writes: -
-- params: -

select
    count(*) as taken,
    count(*) filter (n.notice_id is null) as unknown_notices
from work.events as e
left join notices as n on e.notice_id = n.notice_id;
