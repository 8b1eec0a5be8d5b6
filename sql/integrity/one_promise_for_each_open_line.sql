-- Order lines that were open as of the last committed run without just one promise, and promises of lines that were not (spec 3).
-- grain: one row a failing order line
-- reads: runs, source_files, order_line_history, promise_history
-- writes: -
-- params: -

with last_committed as (
    select run_number, as_of from runs where status = 'committed' order by run_number desc limit 1
),

-- What a stopped run has landed as of the very same instant took the place of what the committed one saw.
seen as (
    select as_of
    from last_committed as c
    where not exists (
        select 1 from source_files as f where f.status = 'landed' and f.run_number > c.run_number and f.as_of <= c.as_of
    )
),

open_lines as (
    select o.order_id, o.line_no, count(*) as lines, sum(o.quantity_open) as quantity
    from order_line_history as o
    inner join seen as s on o.valid_from <= s.as_of and (o.valid_to is null or o.valid_to > s.as_of)
    where o.status = 'open' and o.quantity_open > 0
    group by o.order_id, o.line_no
),

promises as (
    select p.order_id, p.line_no, count(*) as promises, sum(p.quantity_open) as quantity
    from promise_history as p
    cross join seen
    where p.valid_to is null
    group by p.order_id, p.line_no
)

select
    'order ' || coalesce(o.order_id, p.order_id) || ', line ' || coalesce(o.line_no, p.line_no) as place,
    coalesce(o.quantity, 0) || ' open in the order book, ' || coalesce(p.quantity, 0) || ' in '
    || coalesce(p.promises, 0) || case p.promises when 1 then ' promise' else ' promises' end as found
from open_lines as o
full outer join promises as p on o.order_id = p.order_id and o.line_no = p.line_no
where o.lines is distinct from 1 or p.promises is distinct from 1 or o.quantity is distinct from p.quantity
order by place;
