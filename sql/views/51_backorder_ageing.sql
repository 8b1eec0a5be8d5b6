-- How old what customers wait for is, since the order and past the first promise.
-- grain: one row a warehouse, SKU and pair of ages
-- reads: promise_history, order_line_history, promise_slices, runs
-- writes: backorder_ageing
-- params: -

create or replace view backorder_ageing as
with today as (
    select max_by(as_of_on, run_number) as as_of_on from runs where status = 'committed'
),

ages as (
    select '00-07 days' as age, 0 as from_days, 7 as to_days
    union all
    select '08-14 days', 8, 14
    union all
    select '15-30 days', 15, 30
    union all
    select '31-60 days', 31, 60
    union all
    select '61 days or more', 61, 99999
),

behind as (
    select
        order_id,
        line_no,
        sum(quantity) filter (supply_kind in ('supply', 'none')) as quantity_backordered,
        sum(quantity) filter (expected_on is null) as quantity_undated
    from promise_slices
    group by order_id, line_no
),

lines as (
    select
        p.warehouse_id,
        p.sku,
        t.as_of_on,
        -- An order of tomorrow, by another zone's clock, is new.
        greatest(t.as_of_on - o.ordered_at::date, 0) as days_since_order,
        t.as_of_on - o.promised_on as days_past_promise,
        p.quantity_open,
        coalesce(b.quantity_backordered, 0) as quantity_backordered,
        coalesce(b.quantity_undated, 0) as quantity_undated
    from promise_history as p
    inner join order_line_history as o on p.order_id = o.order_id and p.line_no = o.line_no and o.valid_to is null
    left join behind as b on p.order_id = b.order_id and p.line_no = b.line_no
    cross join today as t
    where p.valid_to is null
)

select
    l.warehouse_id,
    l.sku,
    a.age as age_since_order,
    case
        when l.days_past_promise is null then 'never promised'
        when l.days_past_promise <= 0 then 'not due'
        else b.age
    end as age_past_first_promise,
    count(*) as line_count,
    sum(l.quantity_open) as quantity_open,
    sum(l.quantity_backordered) as quantity_backordered,
    sum(l.quantity_undated) as quantity_undated,
    any_value(l.as_of_on) as as_of_on
from lines as l
inner join ages as a on l.days_since_order between a.from_days and a.to_days
left join ages as b on l.days_past_promise between b.from_days and b.to_days
group by l.warehouse_id, l.sku, a.age, age_past_first_promise;

comment on view backorder_ageing is
'One row for each warehouse, SKU, age since the order and age past the first promise of what customers wait for, on the last committed run''s as-of date. Counts and quantities add up over any grouping; ages are in calendar days.';
comment on column backorder_ageing.warehouse_id is 'Warehouse';
comment on column backorder_ageing.sku is 'Item';
comment on column backorder_ageing.age_since_order is 'Calendar days since ordered_at: 00-07 days, 08-14 days, 15-30 days, 31-60 days, 61 days or more';
comment on column backorder_ageing.age_past_first_promise is
'Calendar days past promised_on, the first date given with the order: the same ages (from one day on), not due, or never promised';
comment on column backorder_ageing.line_count is 'Open order lines';
comment on column backorder_ageing.quantity_open is 'Their open quantity, in our unit';
comment on column backorder_ageing.quantity_backordered is 'Of that, what neither stock nor arrived goods cover: it waits for a supplier, or for nothing at all';
comment on column backorder_ageing.quantity_undated is 'Of that, what has no date';
comment on column backorder_ageing.as_of_on is 'The day on which the ages are reckoned: the last committed run''s as-of date';
