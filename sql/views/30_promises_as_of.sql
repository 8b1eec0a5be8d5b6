-- What we believed of every line that was open at an as-of instant.
-- grain: one row an order line open then
-- reads: promise_history
-- writes: promises_as_of
-- params: -

create or replace macro promises_as_of(t) as table
select *
from promise_history
where valid_from <= t::timestamp and (valid_to is null or valid_to > t::timestamp);

comment on macro table promises_as_of is 'promises_as_of(t): what we believed at the as-of instant t (UTC) of every order line that was open then; the columns of promise_history.';
