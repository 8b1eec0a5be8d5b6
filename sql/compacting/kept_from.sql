-- From when on what files said is kept: that many days before the last committed run.
-- grain: one row; null before the first committed run
-- reads: runs
-- writes: -
-- params: landed_days

select max(as_of) - to_days($landed_days::integer) as kept_from
from runs
where status = 'committed';
