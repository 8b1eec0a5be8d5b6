-- How much this warehouse knows of what customers were told: each request and each word of a person counts one.
-- grain: one row
-- reads: state.identity, attempts, state.tellings_by_person
-- writes: -
-- params: -

select
    (select warehouse_id from state.identity) as warehouse_id,
    (select count(*) from attempts) + (select count(*) from state.tellings_by_person) as tellings;
