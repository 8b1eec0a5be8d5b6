-- The slices of the current promises.
-- grain: one row a slice
-- reads: work.slices
-- writes: promise_slices
-- params: -

insert into promise_slices
select * from work.slices
order by order_id, line_no, slice_no;
