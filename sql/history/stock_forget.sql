-- Forget the stock that the run before saw.
-- grain: one row a warehouse and SKU
-- reads: -
-- writes: state.stock_at_last_run
-- params: -

delete from state.stock_at_last_run;
