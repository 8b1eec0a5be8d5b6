-- A version that began at this very as-of and no longer holds never held: the later truth wins.
-- grain: one row a version
-- reads: staging.changed_supply_lines
-- writes: supplier_eta_history
-- params: as_of

delete from supplier_eta_history as h
where h.valid_to is null and h.valid_from >= $as_of
    and exists (
        select 1 from staging.changed_supply_lines as c
        where c.supplier_id = h.supplier_id and c.po_number = h.po_number and c.po_line = h.po_line and c.slice_no = h.slice_no
    );
