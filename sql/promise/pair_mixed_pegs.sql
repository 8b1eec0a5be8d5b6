-- Step 1 where lines wait for a whole PO beside lines that wait for one line of it: one order line after the other, all POs at once.
-- grain: one row a pairing of an order line with a supply
-- reads: work.demand, work.supply, work.pairings
-- writes: work.pairings
-- params: -

insert into work.pairings
with recursive given as (
    select demand_id, sum(quantity) as quantity from work.pairings group by demand_id
),

needing as (
    select
        d.*,
        d.quantity_open - coalesce(g.quantity, 0) as needed,
        row_number() over (partition by d.warehouse_id, d.sku, d.po_number order by d.demand_id) as turn
    from work.demand as d
    left join given as g on d.demand_id = g.demand_id
    where d.po_number is not null and d.quantity_open > coalesce(g.quantity, 0)
    window one_po as (partition by d.warehouse_id, d.sku, d.po_number)
    qualify count(d.po_line) over one_po not in (0, count(*) over one_po)
),

-- The supply of each PO as lists in serving order: ids, lines, and what is left.
coming as (
    select
        s.warehouse_id,
        s.sku,
        s.po_number,
        list(s.supply_id order by s.supply_id) as supply_ids,
        list(s.po_line order by s.supply_id) as po_lines,
        list(s.quantity order by s.supply_id) as remaining
    from work.supply as s
    where s.supply_kind = 'supply'
        and exists (select 1 from needing as n where n.warehouse_id = s.warehouse_id and n.sku = s.sku and n.po_number = s.po_number)
    group by s.warehouse_id, s.sku, s.po_number
),

turns as (
    select
        warehouse_id, sku, po_number, supply_ids, po_lines, remaining,
        0::bigint as turn,
        0::bigint as demand_id,
        []::decimal(38, 6) [] as taken
    from coming

    union all

    select
        warehouse_id, sku, po_number, supply_ids, po_lines,
        list_transform(offered, (q, i) -> (remaining[i] - greatest(0, least(q, needed - coalesce(list_sum(offered[1:i - 1]), 0))))::decimal(38, 6))
            as remaining,
        turn,
        demand_id,
        list_transform(offered, (q, i) -> greatest(0, least(q, needed - coalesce(list_sum(offered[1:i - 1]), 0)))::decimal(38, 6)) as taken
    from (
        select
            t.warehouse_id, t.sku, t.po_number, t.supply_ids, t.po_lines, t.remaining,
            n.turn,
            n.demand_id,
            n.needed,
            list_transform(
                t.remaining, (q, i) -> (case when n.po_line is null or t.po_lines[i] = n.po_line then q else 0 end)::decimal(38, 6)
            ) as offered
        from turns as t
        inner join needing as n
            on t.warehouse_id = n.warehouse_id and t.sku = n.sku and t.po_number = n.po_number and n.turn = t.turn + 1
    ) as offer
),

taken as (
    select demand_id, unnest(supply_ids) as supply_id, unnest(taken) as quantity
    from turns
    where turn > 0
)

select demand_id, supply_id, quantity
from taken
where quantity > 0;
