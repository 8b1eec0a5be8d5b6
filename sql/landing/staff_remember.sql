-- Remember what this file states: staff.
-- grain: one row a source and key
-- reads: staging.good_staff
-- writes: state.staff
-- params: source, file_number

insert into state.staff by name
select staff_id, role, email, name, warehouse_id, $source as source, $file_number::bigint as file_number
from staging.good_staff;
