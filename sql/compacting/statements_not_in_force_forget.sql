-- Forget statements of files that were taken long ago and never ruled.
-- grain: one row a row of a file
-- reads: source_files
-- writes: state.statements_not_in_force
-- params: kept_from

delete from state.statements_not_in_force
where file_id in (select file_id from source_files where as_of < $kept_from::timestamp);
