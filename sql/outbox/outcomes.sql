-- What came of requests.
-- grain: one row a request
-- reads: -
-- writes: work.outcomes
-- params: notice_ids, attempt_ids, outcomes, states, provider_ids, details

insert into work.outcomes by name
select
    unnest($notice_ids::varchar []) as notice_id,
    unnest($attempt_ids::varchar []) as attempt_id,
    unnest($outcomes::varchar []) as outcome,
    unnest($states::varchar []) as state,
    unnest($provider_ids::varchar []) as provider_id,
    unnest($details::varchar []) as detail;
