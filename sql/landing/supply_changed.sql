-- The supply lines whose present state is not their current version: stated anew, gone, arrived or withdrawn.
-- grain: one row a supply line
-- reads: state.supply_lines_seen, supplier_eta_history
-- writes: staging.changed_supply_lines
-- params: -

insert into staging.changed_supply_lines
select
    coalesce(s.supplier_id, h.supplier_id) as supplier_id,
    coalesce(s.po_number, h.po_number) as po_number,
    coalesce(s.po_line, h.po_line) as po_line,
    coalesce(s.slice_no, h.slice_no) as slice_no
from state.supply_lines_seen as s
full outer join (select * from supplier_eta_history where valid_to is null) as h
    on s.supplier_id = h.supplier_id and s.po_number = h.po_number and s.po_line = h.po_line and s.slice_no = h.slice_no
where s.sku is distinct from h.sku
    or s.warehouse_id is distinct from h.warehouse_id
    or s.quantity is distinct from h.quantity
    or s.eta_earliest_on is distinct from h.eta_earliest_on
    or s.eta_latest_on is distinct from h.eta_latest_on
    or s.eta_precision is distinct from h.eta_precision
    or s.status is distinct from h.status
    or s.reason is distinct from h.reason;
