-- The largest move of each supplier since the last committed run: PO lines moved by the very same days, or made unknown (moved_days null).
-- grain: one row a supplier that moved any
-- reads: state.po_lines_at_last_run, state.po_lines
-- writes: -
-- params: -

with compared as (
    select
        b.supplier_id,
        b.eta_latest_on as before_on,
        n.eta_latest_on as now_on,
        n.po_number is not null as is_still_to_come
    from state.po_lines_at_last_run as b
    left join state.po_lines as n on b.supplier_id = n.supplier_id and b.po_number = n.po_number and b.po_line = n.po_line
),

moves as (
    select supplier_id, now_on - before_on as moved_days, count(*) as po_lines_moved
    from compared
    where is_still_to_come and before_on is not null and before_on is distinct from now_on
    group by supplier_id, moved_days
),

known as (
    select supplier_id, count(*) as po_lines from compared group by supplier_id
)

select m.supplier_id, m.moved_days, m.po_lines_moved, k.po_lines
from moves as m
inner join known as k on m.supplier_id = k.supplier_id
qualify row_number() over (partition by m.supplier_id order by m.po_lines_moved desc, m.moved_days nulls first) = 1
order by m.po_lines_moved desc, m.supplier_id;
