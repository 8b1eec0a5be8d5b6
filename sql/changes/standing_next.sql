-- The changes that stand from this run on, each with the as-of since when it has.
-- grain: one row a change
-- reads: work.changes, state.standing_changes
-- writes: work.standing_changes
-- params: as_of, evaluated_at

insert into work.standing_changes by name
select
    c.order_id,
    c.line_no,
    c.customer_id,
    c.kind,
    c.is_told,
    c.told_on,
    c.expected_on,
    c.cause,
    c.decision,
    case
        when s.customer_id = c.customer_id and s.kind = c.kind and s.is_told = c.is_told and s.told_on is not distinct from c.told_on
            and s.expected_on is not distinct from c.expected_on then s.since
        else $as_of::timestamp
    end as since,
    $evaluated_at::timestamp as evaluated_at
from work.changes as c
left join state.standing_changes as s on c.order_id = s.order_id and c.line_no = s.line_no;
