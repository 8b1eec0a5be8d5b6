-- The slices of what the last committed run believed.
-- grain: one row a slice
-- reads: promise_slices, work.before
-- writes: work.slices_before
-- params: -

insert into work.slices_before
select *
from promise_slices
semi join work.before using (order_id, line_no);
