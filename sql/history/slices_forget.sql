-- Forget the slices that hold no more.
-- grain: one row a slice
-- reads: work.changed_slices
-- writes: promise_slices
-- params: -

delete from promise_slices as s
where exists (select 1 from work.changed_slices as c where c.order_id = s.order_id and c.line_no = s.line_no);
