-- How old the oldest order lines are: for each of their sources, the as-of of the run that last accepted a snapshot of it.
-- grain: one row a configured source of order lines that had a snapshot accepted, the oldest first
-- reads: source_files, state.configured_sources
-- writes: -
-- params: -

select f.source, max(f.as_of) as last_accepted_as_of
from source_files as f
inner join state.configured_sources as c on f.source = c.source
where f.feed = 'order_lines' and f.mode = 'snapshot' and f.is_in_force
group by f.source
order by last_accepted_as_of, f.source;
