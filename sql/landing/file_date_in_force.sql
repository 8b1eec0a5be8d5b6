-- The date in the name of the snapshot in force of a source; null when it has none.
-- grain: one row
-- reads: source_files
-- writes: -
-- params: source

select max(file_date) as file_date
from source_files
where source = $source and is_in_force and mode = 'snapshot';
