-- The lines that a person should call about, those that have stood longest first.
-- grain: one row an order line, at most most_rows
-- reads: customers_to_call, state.standing_changes
-- writes: -
-- params: most_rows

select
    c.customer_id,
    c.order_id,
    c.line_no,
    c.kind,
    -- A line whose message came back has no standing change yet.
    coalesce(s.is_told, c.told_on is not null) as is_told,
    c.told_on,
    c.expected_on,
    c.decision,
    c.since,
    count(*) over () as rows_in_all
from customers_to_call as c
left join state.standing_changes as s on c.order_id = s.order_id and c.line_no = s.line_no
order by c.since, c.customer_id, c.order_id, c.line_no
limit $most_rows::bigint;
