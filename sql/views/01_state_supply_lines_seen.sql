-- Supply lines with the status that analysts see.
-- grain: one row a slice of the statement in force about a PO line
-- reads: state.supply_lines
-- writes: state.supply_lines_seen
-- params: -

create or replace view state.supply_lines_seen as
select
    *,
    case when has_vanished then 'arrived' when is_withdrawn then 'withdrawn' else stated_status end as status
from state.supply_lines;
