-- Write the versions that hold from now on.
-- grain: one row a version
-- reads: staging.changed_supply_lines, state.supply_lines_seen, supplier_eta_history
-- writes: supplier_eta_history
-- params: as_of

insert into supplier_eta_history by name
select
    s.supplier_id,
    s.po_number,
    s.po_line,
    s.slice_no,
    s.sku,
    s.warehouse_id,
    s.quantity,
    s.eta_earliest_on,
    s.eta_latest_on,
    s.eta_precision,
    s.status,
    s.reason,
    s.stated_at,
    s.source,
    s.file_id,
    s.row_number,
    $as_of::timestamp as valid_from,
    null::timestamp as valid_to
from state.supply_lines_seen as s
inner join staging.changed_supply_lines as c
    on s.supplier_id = c.supplier_id and s.po_number = c.po_number and s.po_line = c.po_line and s.slice_no = c.slice_no
where not exists (
    select 1 from supplier_eta_history as h
    where h.valid_to is null
        and h.supplier_id = s.supplier_id and h.po_number = s.po_number and h.po_line = s.po_line and h.slice_no = s.slice_no
);
