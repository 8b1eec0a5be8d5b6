-- The requests of a dispatch that ended in the middle.
-- grain: one row a request
-- reads: -
-- writes: attempts
-- params: now

update attempts
set outcome = 'uncertain', finished_at = $now, detail = 'the dispatch ended before the outcome was known'
where outcome is null;
