-- How many open order lines this run looks at.
-- grain: one row
-- reads: work.lines
-- writes: -
-- params: -

select count(*) as lines from work.lines;
