-- The lines for which this run found an earlier date, and for how many in a row; the others start anew.
-- grain: one row a line
-- reads: work.changes
-- writes: state.advance_streaks
-- params: as_of_on

insert into state.advance_streaks
select order_id, line_no, streak as run_count, $as_of_on::date as last_as_of_on
from work.changes
where kind = 'advanced';
