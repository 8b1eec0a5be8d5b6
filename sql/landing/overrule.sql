-- A person overrules the rejection of a file.
-- grain: one row
-- reads: -
-- writes: state.overrules
-- params: source, place, sha256, decided_by, now

insert into state.overrules by name
select $source as source, $place as place, $sha256 as sha256, $decided_by as decided_by, $now as decided_at;
