-- Is this file's rejection overruled by a person?
-- grain: one row
-- reads: state.overrules
-- writes: -
-- params: source, path, sha256

select count(*) > 0 as overruled
from state.overrules
where source = $source and path = $path and sha256 = $sha256;
