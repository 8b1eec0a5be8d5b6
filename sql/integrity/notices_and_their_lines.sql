-- Notices without lines, lines without a notice, and lines that stand in one notice twice (spec 5).
-- grain: one row a failing notice
-- reads: notices, notice_lines
-- writes: -
-- params: -

with lines as (
    select notice_id, count(*) as lines, count(distinct struct_pack(o := order_id, l := line_no)) as order_lines from notice_lines group by notice_id
)

select
    'notice ' || coalesce(n.notice_id, l.notice_id) as place,
    case
        when n.notice_id is null then 'has lines, and is not there itself'
        when l.notice_id is null then 'says nothing of any line'
        else 'says ' || l.lines || ' things of ' || l.order_lines || case l.order_lines when 1 then ' order line' else ' order lines' end
    end as found
from notices as n
full outer join lines as l on n.notice_id = l.notice_id
where n.notice_id is null or l.notice_id is null or l.lines <> l.order_lines
order by place;
