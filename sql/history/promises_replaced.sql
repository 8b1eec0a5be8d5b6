-- A version that began at this very as-of and no longer holds never held: the later truth wins.
-- grain: one row a version
-- reads: work.ended_promises
-- writes: promise_history
-- params: as_of

delete from promise_history as h
where h.valid_to is null and h.valid_from >= $as_of
    and exists (select 1 from work.ended_promises as e where e.order_id = h.order_id and e.line_no = h.line_no);
