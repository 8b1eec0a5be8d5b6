-- Notices that stand twice, are in no state that there is, or whose words are not those that were made (spec 5).
-- grain: one row a failing notice
-- reads: notices
-- writes: -
-- params: -

with counted as (
    select *, count(*) over (partition by notice_id) as times from notices
),

judged as (
    select
        notice_id,
        case
            when times > 1 then 'stands there ' || times || ' times'
            when
                state not in (
                    'pending', 'sending', 'accepted', 'delivered', 'bounced', 'dropped', 'held', 'failed', 'uncertain', 'superseded',
                    'discarded'
                ) then 'is in the state ' || state || ', which there is not'
            when state in ('sending', 'uncertain', 'accepted', 'delivered') and told_at is null
                then 'is ' || state || ', but nobody knows since when its customer was told'
            when body_sha256 <> sha256(subject || chr(0) || body_text || chr(0) || body_html || chr(0))
                then 'holds other words than it was made with'
        end as found
    from counted
)

select distinct 'notice ' || notice_id as place, found
from judged
where found is not null
order by place;
