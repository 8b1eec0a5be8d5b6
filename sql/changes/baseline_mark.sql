-- The lines whose change the baseline run found.
-- grain: one row a line
-- reads: work.changes
-- writes: state.baseline_lines
-- params: is_baseline

insert into state.baseline_lines
select order_id, line_no, expected_on
from work.changes
where $is_baseline;
