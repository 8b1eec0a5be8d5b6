-- We are the only dispatcher: what still stands as sending was left by one that ended, and nobody knows whether it went out.
-- grain: one row a notice
-- reads: -
-- writes: notices
-- params: now

update notices
set state = 'uncertain', updated_at = $now, reason = 'the dispatch ended before the outcome was known'
where state = 'sending';
