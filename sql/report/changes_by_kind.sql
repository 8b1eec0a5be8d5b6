-- How many lines and customers the changes of a day concern, by kind and cause.
-- grain: one row a kind and cause
-- reads: changes, runs
-- writes: -
-- params: as_of_on

select
    c.kind,
    c.cause,
    count(distinct struct_pack(a := c.order_id, b := c.line_no)) as line_count,
    count(distinct c.customer_id) as customer_count,
    median(c.days_moved) as median_days_moved
from changes as c
inner join runs as r on c.run_id = r.run_id
where r.status = 'committed' and r.as_of_on = $as_of_on::date
group by c.kind, c.cause
order by list_position(['missed', 'unknown', 'delayed', 'advanced', 'dated'], c.kind), line_count desc, c.cause;
