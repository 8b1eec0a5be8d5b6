-- Put the raw text of rows beside their refusal.
-- grain: one row a refused row
-- reads: staging.raw_texts
-- writes: staging.refused
-- params: -

update staging.refused as r
set raw = t.raw
from staging.raw_texts as t
where t.file_ordinal = r.file_ordinal and t.row_number = r.row_number;
