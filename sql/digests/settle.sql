-- What came of a digest; of one that nobody took the next one says all.
-- grain: one row a digest
-- reads: -
-- writes: state.digests
-- params: digest_id, state, provider_id, reason, now

update state.digests
set state = $state, provider_id = $provider_id, reason = $reason, updated_at = $now
where digest_id = $digest_id and state = 'sending';
