-- The rows of the snapshot in force of a source, if it is this very file, read in the same way, every row of it good and still in force.
-- grain: one row, or none
-- reads: source_files, state.rows_in_force
-- writes: -
-- params: feed, source, sha256, reading

select rows_landed
from source_files
where source = $source and is_in_force and mode = 'snapshot' and sha256 = $sha256 and reading = $reading and rows_quarantined = 0
    and file_number = (select max(file_number) from source_files where source = $source and is_in_force)
    and unit_id = file_id
    and rows_landed = (select count(*) from state.rows_in_force where feed = $feed and source = $source);
