-- What the last committed run believed of the items and lines that this run looks at.
-- grain: one row an order line
-- reads: promise_history, work.items, work.restless_lines
-- writes: work.before
-- params: -

insert into work.before
select *
from promise_history
where valid_to is null
    and (
        (warehouse_id, sku) in (select (warehouse_id, sku) from work.items)
        or (order_id, line_no) in (select (order_id, line_no) from work.restless_lines)
    );
