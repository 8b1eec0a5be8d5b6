select
    trim(order_id) as order_id,
    line_no,
    trim(customer_id) as customer_id,
    trim(sku) as sku,
    quantity_open,
    ordered_at,
    promised_on,
    priority,
    trim(po_number) as po_number,
    country,
    description
from {{ source('feeds', 'orders') }}
