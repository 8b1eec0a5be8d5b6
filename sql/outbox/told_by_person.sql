-- Record that a person told the customer.
-- grain: one row
-- reads: -
-- writes: state.tellings_by_person
-- params: order_id, line_no, told_on, told_by, now

insert into state.tellings_by_person by name
select $order_id as order_id, $line_no as line_no, $told_on::date as told_on, $told_by as told_by, $now as recorded_at;
