-- The changes of a day, the worst first: what is unknown now, then what moved furthest.
-- grain: one row a change, at most most_rows
-- reads: changes, runs, promise_history
-- writes: -
-- params: as_of_on, most_rows

select
    c.kind,
    c.customer_id,
    c.order_id,
    c.line_no,
    p.sku,
    c.is_told,
    c.told_on,
    c.expected_on,
    c.days_moved,
    c.cause,
    p.moved_supplier_id as supplier_id,
    p.moved_po_number as po_number,
    c.decision,
    count(*) over () as rows_in_all
from changes as c
inner join runs as r on c.run_id = r.run_id
-- What the run believed of it.
left join promise_history as p
    on c.order_id = p.order_id and c.line_no = p.line_no and c.customer_id = p.customer_id
        and p.valid_from <= r.as_of and (p.valid_to is null or p.valid_to > r.as_of)
where r.status = 'committed' and r.as_of_on = $as_of_on::date
order by c.expected_on is not null, c.days_moved desc nulls last, c.customer_id, c.order_id, c.line_no
limit $most_rows::bigint;
