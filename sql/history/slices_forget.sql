-- Forget the slices of the run before.
-- grain: one row a slice
-- reads: -
-- writes: promise_slices
-- params: -

delete from promise_slices;
