-- Versions that hold while another of the same thing does, or that end before they begin: a day that is looked back to has one truth.
-- grain: one row a failing version
-- reads: supplier_eta_history, order_line_history, promise_history
-- writes: -
-- params: -

with versions as (
    select
        'supplier_eta_history: ' || supplier_id || ' ' || po_number || '/' || po_line || '/' || slice_no as place,
        valid_from,
        valid_to
    from supplier_eta_history
    union all
    select 'order_line_history: order ' || order_id || ', line ' || line_no as place, valid_from, valid_to from order_line_history
    union all
    select 'promise_history: order ' || order_id || ', line ' || line_no as place, valid_from, valid_to from promise_history
),

followed as (
    select *, lead(valid_from) over (partition by place order by valid_from, valid_to nulls last) as next_from
    from versions
)

select
    place,
    'from ' || valid_from || ' to ' || coalesce(valid_to::varchar, 'now') || coalesce(', and the next from ' || next_from, '') as found
from followed
where valid_to <= valid_from or (next_from is not null and (valid_to is null or valid_to > next_from))
order by place, valid_from;
