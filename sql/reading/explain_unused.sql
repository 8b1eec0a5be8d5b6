-- Supply of a line's item and warehouse that no promise may count on, and why.
-- grain: one row a slice of supply
-- reads: state.open_order_lines, state.supply_lines_seen, state.sources_accepted, state.supply_at_last_run
-- writes: -
-- params: order_id, line_no

select
    s.supplier_id,
    s.po_number,
    s.po_line,
    s.slice_no,
    s.quantity,
    case
        when s.status = 'withdrawn' then 'the supplier''s list lacks it since ' || s.absent_since
        when s.status = 'cancelled' then 'the supplier cancelled it'
        when s.eta_latest_on is null then 'the supplier gives no date'
        else 'overdue: its ETA was ' || s.eta_latest_on || ', and its source was last heard on ' || a.last_accepted_on
    end as why
from state.open_order_lines as o
inner join state.supply_lines_seen as s on o.sku = s.sku and o.warehouse_id = s.warehouse_id
left join state.sources_accepted as a on s.source = a.source
where o.order_id = $order_id and o.line_no = $line_no
    and (
        s.status in ('withdrawn', 'cancelled')
        -- What the last run could count on; overdue supply is not among it.
        or (
            s.status in ('open', 'shipped')
            and not exists (
                select 1 from state.supply_at_last_run as w
                where w.supplier_id = s.supplier_id and w.po_number = s.po_number and w.po_line = s.po_line and w.slice_no = s.slice_no
            )
        )
    )
order by s.supplier_id, s.po_number, s.po_line, s.slice_no;
