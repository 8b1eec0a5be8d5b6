-- The last run in which a stock snapshot was accepted.
-- grain: one row, or none
-- reads: source_files
-- writes: state.stock_snapshots
-- params: -

create or replace view state.stock_snapshots as
select max(run_number) as last_run_number
from source_files
where is_in_force and feed = 'inventory' and mode = 'snapshot'
having max(run_number) is not null;
