-- Lines whose PO stands as arrived in a committed run are ordinary lines ever after (spec 3).
-- grain: one row a line
-- reads: work.demand, state.released_lines
-- writes: state.released_lines
-- params: run_number

insert into state.released_lines
select d.order_id, d.line_no, $run_number::bigint as run_number
from work.demand as d
where d.is_released
    and not exists (select 1 from state.released_lines as r where r.order_id = d.order_id and r.line_no = d.line_no);
