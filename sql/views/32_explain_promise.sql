-- Why a line is expected when it is: its slices, down to the supplier's row.
-- grain: one row a slice
-- reads: promise_slices, current_promises, state.supply_lines_seen, source_files
-- writes: explain_promise
-- params: -

create or replace macro explain_promise(the_order_id, the_line_no) as table
select
    s.order_id,
    s.line_no,
    s.slice_no,
    s.quantity,
    s.supply_kind,
    s.supplier_id,
    s.po_number,
    s.po_line,
    s.supply_slice_no,
    l.quantity as supply_quantity,
    l.eta_earliest_on,
    l.eta_latest_on,
    l.eta_precision,
    l.status as supply_status,
    l.reason,
    l.stated_at,
    l.source,
    f.path,
    l.row_number,
    s.available_on,
    s.ship_on,
    s.expected_on,
    p.expected_on as line_expected_on,
    p.is_told,
    p.told_on,
    p.told_by,
    p.cause
from promise_slices as s
inner join current_promises as p on s.order_id = p.order_id and s.line_no = p.line_no
left join state.supply_lines_seen as l
    on s.supplier_id = l.supplier_id and s.po_number = l.po_number and s.po_line = l.po_line and s.supply_slice_no = l.slice_no
left join source_files as f on l.file_id = f.file_id
where s.order_id = the_order_id and s.line_no = the_line_no::bigint
order by s.slice_no;

comment on macro table explain_promise is 'explain_promise(order_id, line_no): the slices of the line''s current promise, each with the supply behind it, down to the file and row of the supplier''s statement.';
