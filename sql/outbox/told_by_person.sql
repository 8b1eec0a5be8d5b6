-- Record that a person told the customer who waits for the line, or waited for it last.
-- grain: one row
-- reads: order_line_history
-- writes: state.tellings_by_person
-- params: order_id, line_no, told_on, told_by, now

insert into state.tellings_by_person by name
select
    $order_id as order_id,
    $line_no as line_no,
    max_by(customer_id, valid_from) as customer_id,
    $told_on::date as told_on,
    $told_by as told_by,
    $now as recorded_at
from order_line_history
where order_id = $order_id and line_no = $line_no
having count(*) > 0;
