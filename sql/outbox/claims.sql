-- The notices to claim, each with the request that is to carry it.
-- grain: one row a request
-- reads: -
-- writes: work.claims
-- params: notice_ids, attempt_ids, run_ids

insert into work.claims by name
select
    unnest($notice_ids::varchar []) as notice_id,
    unnest($attempt_ids::varchar []) as attempt_id,
    unnest($run_ids::varchar []) as run_id;
