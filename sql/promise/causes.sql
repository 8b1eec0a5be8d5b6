-- What made each promise differ from the last committed run's, and which supply; a promise that does not differ keeps its cause (spec 4).
-- grain: one row an open order line
-- reads: work.promises, work.slices, work.supply, work.before, work.slices_before, state.supply_lines, state.stock_at_last_run, state.stock_on_hand
-- writes: work.promises
-- params: last_run_number, promise_settings, last_promise_settings, as_of_on

update work.promises as p
set
    cause = c.cause,
    moved_supplier_id = c.moved.supplier_id,
    moved_po_number = c.moved.po_number,
    moved_po_line = c.moved.po_line,
    moved_slice_no = c.moved.slice_no
from (
    -- All supply that stands, or stood, behind a line.
    with behind as (
        select order_id, line_no, supplier_id, po_number, po_line, supply_slice_no from work.slices where supplier_id is not null
        union
        select order_id, line_no, supplier_id, po_number, po_line, supply_slice_no from work.slices_before where supplier_id is not null
    ),

    moved as (
        select
            b.*,
            case
                when s.changed_in_run > $last_run_number and (s.has_vanished or s.is_withdrawn) then 'absence'
                -- Gone without a trace: its PO line was stated anew without it.
                when s.po_number is null or s.changed_in_run > $last_run_number then 'supplier'
                when s.eta_latest_on < $as_of_on::date and w.supply_id is null and not s.has_vanished then 'overdue'
                -- Arrived supply that serves no more.
                when w.supply_id is null and (s.has_vanished or s.stated_status = 'received') then 'absence'
            end as cause
        from behind as b
        left join state.supply_lines as s
            on b.supplier_id = s.supplier_id and b.po_number = s.po_number and b.po_line = s.po_line and b.supply_slice_no = s.slice_no
        left join work.supply as w
            on b.supplier_id = w.supplier_id and b.po_number = w.po_number and b.po_line = w.po_line and b.supply_slice_no = w.slice_no
    ),

    by_line as (
        select
            order_id,
            line_no,
            min(struct_pack(
                place := case cause when 'absence' then 1 when 'supplier' then 2 else 3 end,
                cause := cause,
                supplier_id := supplier_id,
                po_number := po_number,
                po_line := po_line,
                slice_no := supply_slice_no
            )) as moved
        from moved
        where cause is not null
        group by order_id, line_no
    ),

    stock_moved as (
        select coalesce(n.warehouse_id, o.warehouse_id) as warehouse_id, coalesce(n.sku, o.sku) as sku
        from state.stock_on_hand as n
        full outer join state.stock_at_last_run as o on n.warehouse_id = o.warehouse_id and n.sku = o.sku
        where n.on_hand is distinct from o.on_hand
    ),

    -- Where supply moves, lines that it never served change places with those that it did: its doing, and not demand's.
    item_moved as (
        select n.warehouse_id, n.sku, min_by(l.moved.cause, l.moved) as cause
        from by_line as l
        inner join work.promises as n on l.order_id = n.order_id and l.line_no = n.line_no
        group by n.warehouse_id, n.sku
    ),

    -- Of those, the items for which somebody came, went or wants another quantity.
    demand_moved as (
        select distinct coalesce(n.warehouse_id, b.warehouse_id) as warehouse_id, coalesce(n.sku, b.sku) as sku
        from (select * from work.promises semi join item_moved using (warehouse_id, sku)) as n
        full outer join (select * from work.before semi join item_moved using (warehouse_id, sku)) as b
            on n.order_id = b.order_id and n.line_no = b.line_no
        where n.quantity_open is distinct from b.quantity_open
    ),

    supplied as (
        select distinct order_id, line_no from work.slices where supplier_id is not null
    ),

    judged as (
        select
            n.*,
            b.order_id is not null
            and b.expected_on is not distinct from n.expected_on
            and b.first_on is not distinct from n.first_on
            and b.precision = n.precision
            and b.quantity_open = n.quantity_open as stands,
            b.cause as cause_before,
            struct_pack(
                place := 0, cause := b.cause, supplier_id := b.moved_supplier_id, po_number := b.moved_po_number,
                po_line := b.moved_po_line, slice_no := b.moved_slice_no
            ) as moved_before,
            l.moved as moved_now,
            case
                when b.quantity_open <> n.quantity_open then 'quantity'
                when l.moved is not null then l.moved.cause
                when b.order_id is null and u.order_id is not null then 'supplier'
                when b.order_id is null or m.sku is not null then 'stock'
                when $last_promise_settings::varchar is distinct from $promise_settings::varchar then 'settings'
                when g.cause is not null and d.sku is null then g.cause
                else 'demand'
            end as cause_now
        from work.promises as n
        left join work.before as b on n.order_id = b.order_id and n.line_no = b.line_no
        left join by_line as l on n.order_id = l.order_id and n.line_no = l.line_no
        left join stock_moved as m on n.warehouse_id = m.warehouse_id and n.sku = m.sku
        left join item_moved as g on n.warehouse_id = g.warehouse_id and n.sku = g.sku
        left join demand_moved as d on n.warehouse_id = d.warehouse_id and n.sku = d.sku
        left join supplied as u on n.order_id = u.order_id and n.line_no = u.line_no
    )

    select
        order_id,
        line_no,
        case when stands then cause_before else cause_now end as cause,
        case when stands then moved_before else moved_now end as moved
    from judged
) as c
where p.order_id = c.order_id and p.line_no = c.line_no;
