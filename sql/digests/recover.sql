-- We are the only one who sends: what still stands as sending was left by one that ended, and nobody knows whether it went out.
-- grain: one row a digest
-- reads: -
-- writes: state.digests
-- params: now

update state.digests
set state = 'uncertain', updated_at = $now, reason = 'the process ended before the outcome was known'
where state = 'sending';
