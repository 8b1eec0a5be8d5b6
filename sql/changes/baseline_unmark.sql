-- A line for which a committed run finds another date is no baseline line any more, and never again (spec 4).
-- grain: one row a line
-- reads: work.promises
-- writes: state.baseline_lines
-- params: -

delete from state.baseline_lines as b
where exists (
    select 1 from work.promises as p
    where p.order_id = b.order_id and p.line_no = b.line_no and p.expected_on is distinct from b.expected_on
);
