select
    trim(customer_id) as customer_id,
    trim(email) as email,
    name,
    country
from {{ source('feeds', 'customers') }}
