-- Supply with a known date that is not overdue, in serving order.
select
    s.*,
    row_number() over (order by s.eta_on, s.supplier_id, s.po_number, s.po_line, s.slice_no) as serving_no
from {{ ref('stg_supplier_etas') }} as s
inner join {{ ref('int_calendar') }} as due on s.eta_on = due.day
inner join {{ ref('int_calendar') }} as today on today.day = date '{{ env_var('AS_OF') }}'
where s.status in ('open', 'shipped')
    and s.quantity > 0
    and today.business_days - due.business_days <= {{ var('overdue_grace_days') }}
