-- Is this file's rejection overruled by a person?
-- grain: one row
-- reads: state.overrules
-- writes: -
-- params: source, place, sha256

select count(*) > 0 as overruled
from state.overrules
where source = $source and place = $place and sha256 = $sha256;
