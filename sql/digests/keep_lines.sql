-- The lines that a digest speaks of.
-- grain: one row an order line
-- reads: work.digest_lines
-- writes: state.digest_lines
-- params: digest_id, staff_id, sections

insert into state.digest_lines by name
select $digest_id::varchar as digest_id, section, order_id, line_no, customer_id, kind, from_on as told_on, expected_on
from work.digest_lines
where staff_id is not distinct from $staff_id::varchar and section in (select unnest($sections::varchar []));
