-- The newest migration that the warehouse has seen.
-- grain: one row
-- reads: state.migrations
-- writes: -
-- params: -

select max(number) as number
from state.migrations;
