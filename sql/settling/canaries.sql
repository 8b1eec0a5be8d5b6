-- The newest notices that the provider took for certain since an instant: whether its log shows them yet tells how far behind it is.
-- grain: one row a notice
-- reads: notices
-- writes: -
-- params: after

select
    notice_id,
    to_address,
    told_at as sent_at
from notices
where state in ('accepted', 'delivered', 'bounced', 'dropped') and provider_id is not null and told_at > $after::timestamp
order by told_at desc, notice_id
limit 5;
