-- The checks of the last runs that did not pass, the newest run first. A file that could not even be read is one, too (spec 8).
-- grain: one row an expectation, run and file, or a file rejected before any was tried; of at most most_runs, at most most_rows
-- reads: runs, check_results, source_files
-- writes: -
-- params: most_runs, most_rows

with last_runs as (
    select *
    from runs
    qualify row_number() over (order by run_number desc) <= $most_runs::bigint
),

not_passed as (
    select
        r.run_number,
        r.as_of,
        c.severity,
        c.suite,
        c.expectation,
        c.is_error,
        f.source,
        f.path,
        c.failing_count,
        -- What an error says is left out: it may quote a row.
        case when c.is_error then 'the check could not be carried out: this says nothing about the data' else c.details end as details,
        f.file_number
    from last_runs as r
    inner join check_results as c on r.run_id = c.run_id
    left join source_files as f on c.file_id = f.file_id
    where not c.success
),

-- Why it could not be read is left out: it may quote the first row.
unread as (
    select
        r.run_number,
        r.as_of,
        'critical' as severity,
        null as suite,
        'file_can_be_read' as expectation,
        false as is_error,
        f.source,
        f.path,
        null as failing_count,
        'the file was rejected whole; `tellwhen sources` says why' as details,
        f.file_number
    from last_runs as r
    inner join source_files as f on r.run_id = f.run_id
    where f.status = 'rejected'
        and not exists (select 1 from check_results as c where c.run_id = f.run_id and c.file_id = f.unit_id)
),

final as (
    select * from not_passed
    union all
    select * from unread
)

select *, count(*) over () as rows_in_all
from final
order by run_number desc, severity, file_number, suite, expectation
limit $most_rows::bigint;
