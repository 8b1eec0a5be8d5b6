-- Close the versions that hold no more.
-- grain: one row a version
-- reads: work.ended_promises
-- writes: promise_history
-- params: as_of

update promise_history as h
set valid_to = $as_of
from work.ended_promises as e
where h.valid_to is null and h.order_id = e.order_id and h.line_no = e.line_no;
