select
    trim(supplier_id) as supplier_id,
    trim(po_number) as po_number,
    trim(po_line) as po_line,
    slice_no,
    trim(sku) as sku,
    quantity,
    case when upper(eta) not in ('TBD', 'TBA', 'ASAP', 'N/A', 'NONE', 'UNKNOWN', '') then eta::date end as eta_on,
    lower(status) as status
from {{ source('feeds', 'etas') }}
