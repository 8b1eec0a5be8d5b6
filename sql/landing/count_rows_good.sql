-- Good rows of the last accepted snapshot of a source; null when there was none. Parts of one snapshot were taken in one run.
-- grain: one row
-- reads: source_files
-- writes: -
-- params: source

select sum(rows_landed)::bigint as previous_rows_good
from source_files
where source = $source and is_in_force and mode = 'snapshot'
    and unit_id = (
        select max_by(unit_id, file_number) from source_files where source = $source and is_in_force and mode = 'snapshot'
    );
