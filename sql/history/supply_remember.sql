-- Remember what could serve in this run.
-- grain: one row a supply
-- reads: work.supply
-- writes: state.supply_at_last_run
-- params: -

insert into state.supply_at_last_run by name
select * exclude (supply_id)
from work.supply;
