-- What each source last gave, and what was last refused of it since.
-- grain: one row a source
-- reads: source_files
-- writes: -
-- params: -

with accepted as (
    select
        source,
        max(as_of) as last_accepted_as_of,
        max(received_at) as last_accepted_at,
        max_by(path, file_number) as path,
        max_by(rows_landed, file_number) as rows_landed,
        max_by(rows_quarantined, file_number) as rows_quarantined,
        max(file_number) as file_number
    from source_files
    where is_in_force
    group by source
),

rejected as (
    select source, max_by(path, file_number) as last_rejected_path, max_by(reason, file_number) as last_rejection, max(file_number) as file_number
    from source_files
    where status = 'rejected'
    group by source
)

select
    coalesce(a.source, r.source) as source,
    a.last_accepted_as_of,
    a.last_accepted_at,
    a.path,
    a.rows_landed,
    a.rows_quarantined,
    case when r.file_number > coalesce(a.file_number, 0) then r.last_rejected_path end as last_rejected_path,
    case when r.file_number > coalesce(a.file_number, 0) then r.last_rejection end as last_rejection
from accepted as a
full outer join rejected as r on a.source = r.source;
