-- The checks that failed in a run, the critical ones first. A file that could not even be read is one, too (spec 8).
-- grain: one row an expectation and file, or a file rejected before any was tried; at most most_rows
-- reads: check_results, source_files
-- writes: -
-- params: run_id, most_rows

with failed as (
    select
        c.severity,
        c.suite,
        c.expectation,
        f.source,
        f.path,
        c.failing_count,
        -- What an error says is left out: it may quote a row.
        case when c.is_error then 'the check could not be carried out: this says nothing about the data' else c.details end as details,
        f.file_number
    from check_results as c
    left join source_files as f on c.file_id = f.file_id
    where c.run_id = $run_id and not c.success
),

-- Why it could not be read is left out: it may quote the first row.
unread as (
    select
        'critical' as severity,
        null as suite,
        'file_can_be_read' as expectation,
        f.source,
        f.path,
        null as failing_count,
        'the file was rejected whole; `tellwhen sources` says why' as details,
        f.file_number
    from source_files as f
    where f.run_id = $run_id and f.status = 'rejected'
        and not exists (select 1 from check_results as c where c.run_id = f.run_id and c.file_id = f.unit_id)
),

final as (
    select * from failed
    union all
    select * from unread
)

select *, count(*) over () as rows_in_all
from final
order by severity, file_number, suite, expectation
limit $most_rows::bigint;
