-- What customers were told since a moment, by messages and by people. Neither addresses nor words.
-- grain: one row an order line and telling, at most most_rows
-- reads: tellings, notice_lines
-- writes: -
-- params: since, most_rows

select
    t.customer_id,
    t.order_id,
    t.line_no,
    l.kind,
    l.is_told as was_told_before,
    l.told_on as told_before_on,
    t.told_on,
    t.told_by,
    t.told_at,
    t.notice_state,
    count(*) over () as rows_in_all,
    count(distinct t.customer_id) over () as customers_in_all
from tellings as t
-- What a person told stands in no notice.
left join notice_lines as l on t.notice_id = l.notice_id and t.order_id = l.order_id and t.line_no = l.line_no
where t.told_at >= $since::timestamp
order by t.customer_id, t.order_id, t.line_no, t.told_at
limit $most_rows::bigint;
