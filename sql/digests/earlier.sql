-- How many digests a member of staff was made for this occasion and as-of.
-- grain: one row
-- reads: state.digests
-- writes: -
-- params: occasion, staff_id, as_of

select count(*)
from state.digests
where occasion = $occasion and staff_id is not distinct from $staff_id::varchar and as_of = $as_of;
