-- A row that stands in the file no more is nothing to be found again.
-- grain: one row a version
-- reads: staging.fingerprints_gone
-- writes: order_line_history
-- params: source

update order_line_history as h
set fingerprint = null
where h.valid_to is null and h.source = $source and h.fingerprint in (select fingerprint from staging.fingerprints_gone);
