-- Write a digest down before it leaves: from here on it is never sent again.
-- grain: one row a digest
-- reads: work.digest_recipients
-- writes: state.digests
-- params: digest_id, occasion, staff_id, run_id, as_of, as_of_on, history_as_of, now, to_address, subject, body_sha256

insert into state.digests by name
select
    $digest_id::varchar as digest_id,
    $occasion::varchar as occasion,
    $staff_id::varchar as staff_id,
    $run_id::varchar as run_id,
    $as_of::timestamp as as_of,
    $as_of_on::date as as_of_on,
    since_as_of,
    since_made_at,
    $history_as_of::timestamp as history_as_of,
    $now::timestamp as made_at,
    'sending' as state,
    $to_address::varchar as to_address,
    $subject::varchar as subject,
    $body_sha256::varchar as body_sha256,
    $now::timestamp as updated_at
from work.digest_recipients
where staff_id is not distinct from $staff_id::varchar;
