-- Mark each row whose order line another source gave first: it belongs to that source (spec 2).
-- grain: one row of the file
-- reads: order_line_history, state.configured_sources
-- writes: staging.order_lines
-- params: source

update staging.order_lines as s
set owner_source = h.source
from order_line_history as h
where h.order_id = s.order_id and h.line_no = s.line_no and h.valid_to is null and h.source <> $source
    -- A source that is configured no more owns nothing.
    and h.source in (select source from state.configured_sources);
