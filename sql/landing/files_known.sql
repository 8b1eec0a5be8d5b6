-- The files of a source that were landed before, or rejected under the same settings, and not overruled since.
-- grain: one row a file as found
-- reads: source_files, state.overrules
-- writes: -
-- params: source, source_settings

select distinct f.place, f.modified_at, f.sha256
from source_files as f
where f.source = $source
    and (
        f.status = 'landed'
        or (
            f.source_settings = $source_settings
            and not exists (
                select 1 from state.overrules as o
                where o.source = f.source and o.place = f.place and o.sha256 = f.sha256 and o.decided_at > f.received_at
            )
        )
    );
