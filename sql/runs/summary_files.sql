-- What a run landed, by source.
-- grain: one row a source
-- reads: source_files
-- writes: -
-- params: run_id

select
    source,
    count(*) filter (status = 'landed') as files_landed,
    count(*) filter (status = 'rejected') as files_rejected,
    sum(rows_landed)::bigint as rows_landed,
    sum(rows_quarantined)::bigint as rows_quarantined,
    list(reason order by file_number) filter (status = 'rejected') as rejections
from source_files
where run_id = $run_id
group by source
order by source;
