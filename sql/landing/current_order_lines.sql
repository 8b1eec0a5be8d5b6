-- The order lines that a file may change: those that it names, and open ones whose row stands in it no more.
-- grain: one row an order line
-- reads: order_line_history, state.configured_sources, staging.order_lines, staging.fingerprints_gone
-- writes: staging.current_order_lines
-- params: source

insert into staging.current_order_lines
select *
from order_line_history as h
where h.valid_to is null
    -- Its own, and those of sources that are configured no more: it takes them over with the first row that names them.
    and (h.source = $source or h.source not in (select source from state.configured_sources))
    and (
        exists (select 1 from staging.order_lines as p where p.order_id = h.order_id and p.line_no = h.line_no)
        or (
            h.status = 'open' and h.quantity_open > 0 and not h.is_absent
            and (h.fingerprint is null or h.fingerprint in (select fingerprint from staging.fingerprints_gone))
        )
    );
