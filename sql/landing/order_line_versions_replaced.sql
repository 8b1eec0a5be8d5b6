-- A version that began at this very as-of and no longer holds never held: the later truth wins.
-- grain: one row a version
-- reads: staging.next_order_lines
-- writes: order_line_history
-- params: as_of

delete from order_line_history as h
where h.valid_to is null and h.valid_from >= $as_of
    and exists (select 1 from staging.next_order_lines as n where n.order_id = h.order_id and n.line_no = h.line_no);
