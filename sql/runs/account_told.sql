-- What customers were told in a run: the lines of each notice that was given to the provider while it lasted, of whichever run the notice is.
-- grain: one row a line told, at most most_rows
-- reads: runs, attempts, notices, notice_lines
-- writes: -
-- params: run_id, most_rows

with sent as (
    select distinct a.notice_id
    from attempts as a
    inner join runs as r on r.run_id = $run_id
    where a.started_at >= r.started_at and (r.finished_at is null or a.started_at <= r.finished_at)
)

select
    n.customer_id,
    l.order_id,
    l.line_no,
    l.kind,
    l.is_told as was_told_before,
    l.told_on as told_before_on,
    l.expected_on as told_on,
    n.state as notice_state,
    count(*) over () as rows_in_all
from sent as s
inner join notices as n on s.notice_id = n.notice_id
inner join notice_lines as l on n.notice_id = l.notice_id
-- What was refused before or after it left has told nobody.
where n.state in ('sending', 'uncertain', 'accepted', 'delivered')
order by n.customer_id, l.order_id, l.line_no
limit $most_rows::bigint;
