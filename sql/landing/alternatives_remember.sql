-- Remember what this file states: alternatives.
-- grain: one row a source and key
-- reads: staging.good_alternatives
-- writes: state.alternatives
-- params: source, file_number

insert into state.alternatives by name
select sku, alternative_sku, name, url, available_on, $source as source, $file_number::bigint as file_number
from staging.good_alternatives;
