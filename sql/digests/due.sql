-- Those to whom a digest is due, and from where on each was not told.
-- grain: one row a member of staff
-- reads: work.digest_recipients
-- writes: -
-- params: -

select staff_id, since_as_of
from work.digest_recipients
where is_due
order by staff_id nulls last;
