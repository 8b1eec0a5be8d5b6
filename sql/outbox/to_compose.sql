-- What each notice of this run has to say: the changes to notify, with the words the message needs.
-- grain: one row a line in a notice to be made
-- reads: work.changes, work.promises, work.lines, work.contacts, state.supply_lines, notice_lines
-- writes: -
-- params: sources_sharing_reasons

with earlier as (
    select order_id, line_no, count(*) as notices from notice_lines group by order_id, line_no
)

select
    c.customer_id,
    k.email as to_address,
    k.name as to_name,
    k.locale,
    c.order_id,
    c.line_no,
    c.kind,
    c.is_told,
    c.told_on,
    c.expected_on,
    p.precision,
    p.quantity_open,
    p.sku,
    o.description,
    c.parts,
    -- The supplier's reason only if the source shares it and it is that supply that moved.
    case when c.kind in ('delayed', 'unknown') and list_contains($sources_sharing_reasons::varchar [], s.source) then s.reason end as reason,
    coalesce(e.notices, 0) as earlier_notices
from work.changes as c
inner join work.promises as p on c.order_id = p.order_id and c.line_no = p.line_no
inner join work.lines as o on c.order_id = o.order_id and c.line_no = o.line_no
inner join work.contacts as k on c.customer_id = k.customer_id
left join state.supply_lines as s
    on p.moved_supplier_id = s.supplier_id and p.moved_po_number = s.po_number and p.moved_po_line = s.po_line and p.moved_slice_no = s.slice_no
left join earlier as e on c.order_id = e.order_id and c.line_no = e.line_no
where c.decision = 'notify'
order by c.customer_id, c.order_id, c.line_no;
