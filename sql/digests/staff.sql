-- Staff, with what the file taken last says of each.
-- grain: one row a member of staff
-- reads: state.staff, state.configured_sources
-- writes: -
-- params: -

select staff_id, role, email, name, warehouse_id
from state.staff
where source in (select source from state.configured_sources)
qualify row_number() over (partition by staff_id order by file_number desc, source) = 1
order by staff_id;
