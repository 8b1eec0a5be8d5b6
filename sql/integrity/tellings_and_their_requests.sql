-- Tellings of which no request and no word of the provider is known, requests of no notice, and customers who may have been told twice.
-- grain: one row a failing notice
-- reads: notices, attempts, delivery_events, state.decisions_by_person
-- writes: -
-- params: -

-- A person puts a notice back by its id (retry, resolve not sent): once more for each of these it may be taken.
with requests as (
    select notice_id, count(*) filter (where outcome = 'accepted') as times_taken from attempts group by notice_id
),

decisions as (
    select notice_id, count(*) as decisions from state.decisions_by_person where notice_id is not null group by notice_id
),

judged as (
    select
        coalesce(n.notice_id, r.notice_id) as notice_id,
        case
            when n.notice_id is null then 'has requests, and is not there itself'
            when
                n.state in ('sending', 'uncertain', 'accepted', 'delivered') and r.notice_id is null
                and not exists (select 1 from delivery_events as e where e.notice_id = n.notice_id and e.means is not null)
                then 'is ' || n.state || ', but no request for it is known, and no word of the provider'
            when r.times_taken > 1 + coalesce(d.decisions, 0) then 'was taken ' || r.times_taken || ' times'
            when
                r.times_taken > 0 and d.decisions is null and n.state in ('pending', 'held', 'failed', 'superseded', 'discarded')
                then 'is ' || n.state || ', but was taken by the provider'
        end as found
    from notices as n
    full outer join requests as r on n.notice_id = r.notice_id
    left join decisions as d on n.notice_id = d.notice_id
)

select 'notice ' || notice_id as place, found
from judged
where found is not null
order by place;
