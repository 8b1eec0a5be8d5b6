-- The slices of the promises that changed.
-- grain: one row a slice
-- reads: work.slices, work.changed_slices
-- writes: promise_slices
-- params: -

insert into promise_slices
select *
from work.slices
semi join work.changed_slices using (order_id, line_no)
order by order_id, line_no, slice_no;
