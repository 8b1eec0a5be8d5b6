-- Whether the promises that stand, and those that are worked out, are as many as the open order lines: no line is left without one.
-- grain: one row where they are not
-- reads: state.open_order_lines, promise_history, work.items, work.demand
-- writes: -
-- params: -

with standing as (
    select count(*) as promises
    from promise_history as h
    anti join work.items as i on h.warehouse_id = i.warehouse_id and h.sku = i.sku
    where h.valid_to is null
),

counted as (
    select
        (select count(*) from state.open_order_lines) as open_lines,
        s.promises as promises_that_stand,
        (select count(*) from work.demand) as promises_worked_out
    from standing as s
)

select *
from counted
where open_lines <> promises_that_stand + promises_worked_out;
