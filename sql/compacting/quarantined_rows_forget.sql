-- Forget refused rows of files that were taken long ago; that they were refused, and how many, stays in source_files.
-- grain: one row a refused row
-- reads: source_files
-- writes: quarantined_rows
-- params: kept_from

delete from quarantined_rows
where file_id in (select file_id from source_files where as_of < $kept_from::timestamp);
