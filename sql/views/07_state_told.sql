-- What each customer was last told of a line, by a notice or a person; a line that moves to another customer begins anew.
-- grain: one row an order line and customer
-- reads: state.tellings
-- writes: state.told
-- params: -

create or replace view state.told as
select
    order_id,
    line_no,
    customer_id,
    max_by(struct_pack(told_on := told_on, told_by := told_by), told_at) as last_telling,
    min(told_at) as first_told_at,
    max(told_at) as last_told_at
from state.tellings
group by order_id, line_no, customer_id;
