-- The rows that a run refused. Neither their text nor the message, which quotes it: a slipped column may hold a name or an address.
-- grain: one row a refused row, at most most_rows
-- reads: quarantined_rows, source_files
-- writes: -
-- params: run_id, most_rows

select
    q.source,
    f.path,
    q.row_number,
    q.rule,
    f.feed,
    count(*) over () as rows_in_all
from quarantined_rows as q
left join source_files as f on q.file_id = f.file_id
where q.run_id = $run_id
order by f.file_number, q.row_number
limit $most_rows::bigint;
