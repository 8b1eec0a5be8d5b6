-- What a snapshot lacks has arrived, waits, or is withdrawn (spec 2).
-- grain: one row a slice
-- reads: staging.supplier_etas, state.supply_lines
-- writes: state.supply_lines
-- params: source, as_of_on, run_number, absent_grace_days

update state.supply_lines as s
set
    absent_since = coalesce(s.absent_since, $as_of_on::date),
    has_vanished = s.has_vanished or m.arrives,
    arrived_on = case when m.arrives then $as_of_on::date else s.arrived_on end,
    arrived_in_run = case when m.arrives then $run_number::bigint else s.arrived_in_run end,
    is_withdrawn = s.is_withdrawn or m.is_given_up
from (
    select
        supplier_id,
        po_number,
        po_line,
        slice_no,
        is_expected and is_due as arrives,
        is_expected and not is_due and coalesce($as_of_on::date - absent_since > $absent_grace_days, false) as is_given_up
    from (
        select
            *,
            stated_status in ('open', 'shipped') and not is_withdrawn and not has_vanished as is_expected,
            stated_status = 'shipped' or coalesce(eta_latest_on <= $as_of_on::date, false) as is_due
        from state.supply_lines
        where source = $source
    ) as l
    where not exists (
        select 1 from staging.supplier_etas as p
        where p.supplier_id = l.supplier_id and p.po_number = l.po_number and coalesce(p.po_line, p.sku) = l.po_line
    )
) as m
where s.supplier_id = m.supplier_id and s.po_number = m.po_number and s.po_line = m.po_line and s.slice_no = m.slice_no;
