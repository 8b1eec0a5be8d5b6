-- The versions of order lines that a file makes: new, changed, back again, or closed because a snapshot lacks them (spec 2).
-- grain: one row an order line whose version changes
-- reads: staging.good_order_lines, staging.order_lines, staging.current_order_lines
-- writes: staging.next_order_lines
-- params: source, as_of, is_snapshot

insert into staging.next_order_lines by name
with stated as (
    select
        g.order_id,
        g.line_no,
        g.customer_id,
        g.sku,
        g.warehouse_id,
        g.quantity_open,
        g.ordered_at,
        -- The first date given with the order; once known, never overwritten.
        coalesce(c.promised_on, g.promised_on) as promised_on,
        g.priority,
        g.status,
        g.po_number,
        g.po_line,
        g.partial_ok,
        g.sales_rep_id,
        g.country,
        g.description,
        g.file_id,
        false as is_absent,
        g.quantity_open as stated_quantity_open,
        g.fingerprint
    from staging.good_order_lines as g
    left join staging.current_order_lines as c on g.order_id = c.order_id and g.line_no = c.line_no
    where c.order_id is null
        or c.source <> $source
        or c.customer_id is distinct from g.customer_id
        or c.sku is distinct from g.sku
        or c.warehouse_id is distinct from g.warehouse_id
        or c.quantity_open is distinct from g.quantity_open
        or c.ordered_at is distinct from g.ordered_at
        or (c.promised_on is null and g.promised_on is not null)
        or c.priority is distinct from g.priority
        or c.status is distinct from g.status
        or c.po_number is distinct from g.po_number
        or c.po_line is distinct from g.po_line
        or c.partial_ok is distinct from g.partial_ok
        or c.sales_rep_id is distinct from g.sales_rep_id
        or c.country is distinct from g.country
        or c.description is distinct from g.description
        or c.is_absent
),

named as (
    select distinct order_id, line_no from staging.order_lines where order_id is not null and line_no is not null
),

-- A refused row whose key can be read counts as present: the last good statement is in force again.
back as (
    select c.*
    from staging.current_order_lines as c
    inner join named as n on c.order_id = n.order_id and c.line_no = n.line_no
    where c.is_absent
        and not exists (select 1 from staging.good_order_lines as g where g.order_id = c.order_id and g.line_no = c.line_no)
),

missing as (
    select c.*
    from staging.current_order_lines as c
    left join named as n on c.order_id = n.order_id and c.line_no = n.line_no
    where $is_snapshot and c.source = $source and n.order_id is null and not c.is_absent and c.status = 'open' and c.quantity_open > 0
),

final as (
    select * from stated
    union all by name
    select b.* exclude (source, valid_from, valid_to, fingerprint) replace (false as is_absent, b.stated_quantity_open as quantity_open)
    from back as b
    union all by name
    select m.* exclude (source, valid_from, valid_to, fingerprint) replace (true as is_absent, 0 as quantity_open)
    from missing as m
)

select final.*, $source as source, $as_of::timestamp as valid_from, null::timestamp as valid_to
from final;
