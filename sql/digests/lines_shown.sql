-- The lines of each digest, section by section, the first ones of long sections.
-- grain: one row an order line, at most most_rows a section
-- reads: work.digest_lines
-- writes: -
-- params: most_rows

select
    *,
    count(*) over in_section as rows_in_all,
    count(*) filter (is_new) over in_section as new_in_all
from work.digest_lines
window in_section as (partition by staff_id, section)
qualify place <= $most_rows::bigint
order by staff_id, section, place;
