-- How many customers this run would write to, with those for whom a notice is held already, of all that wait.
-- grain: one row
-- reads: work.changes, work.demand, notices
-- writes: -
-- params: -

with held as (
    select distinct customer_id from notices where state = 'held'
)

select
    (
        select count(distinct c.customer_id)
        from work.changes as c
        left join held as h on c.customer_id = h.customer_id
        where c.decision = 'notify' or (c.decision = 'in_flight' and h.customer_id is not null)
    ) as customers_to_tell,
    (select count(distinct customer_id) from work.demand) as customers_waiting;
