-- How many customers this run would write to, with those for whom a notice is held already.
-- grain: one row
-- reads: work.changes, notices
-- writes: -
-- params: -

with held as (
    select distinct customer_id from notices where state = 'held'
)

select count(distinct c.customer_id) as customers
from work.changes as c
left join held as h on c.customer_id = h.customer_id
where c.decision = 'notify' or (c.decision = 'in_flight' and h.customer_id is not null);
