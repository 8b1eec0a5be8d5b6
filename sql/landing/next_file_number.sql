-- The number of the next file to be taken.
-- grain: one row
-- reads: source_files
-- writes: -
-- params: -

select coalesce(max(file_number), 0) + 1 as file_number
from source_files;
