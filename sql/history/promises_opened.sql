-- Write the versions that hold from now on.
-- grain: one row a version
-- reads: work.begun_promises, promise_history
-- writes: promise_history
-- params: as_of, run_id

insert into promise_history by name
select p.*, $run_id as run_id, $as_of::timestamp as valid_from, null::timestamp as valid_to
from work.begun_promises as p
where not exists (
    select 1 from promise_history as h
    where h.valid_to is null and h.order_id = p.order_id and h.line_no = p.line_no
);
