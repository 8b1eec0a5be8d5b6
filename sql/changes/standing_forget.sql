-- Forget the changes that stood until this run of the lines that it looked at.
-- grain: one row a change
-- reads: work.before, work.promises
-- writes: state.standing_changes
-- params: -

delete from state.standing_changes as s
where exists (select 1 from work.before as b where b.order_id = s.order_id and b.line_no = s.line_no)
    or exists (select 1 from work.promises as p where p.order_id = s.order_id and p.line_no = s.line_no);
