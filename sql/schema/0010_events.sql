-- What providers say of notices, and which addresses they say are written to no more.
-- grain: one row a provider event taken in; a notice to settle anew; an address of a provider's list, or off it again;
--   how far a list was read; what the last run saw
-- reads: -
-- writes: attempts, delivery_events, state.reach, state.suppression_lists, state.suppressions,
--   state.suppressions_lifted, work.events, work.listed_addresses, work.touched_notices
-- params: -

alter table delivery_events add column event_key varchar;
alter table delivery_events add column means varchar;
alter table delivery_events add column message_id varchar;
alter table delivery_events add column address varchar;
alter table delivery_events add column suppression varchar;
alter table delivery_events add column suppresses boolean;
alter table delivery_events add column detail varchar;
alter table delivery_events add column origin varchar;
comment on column delivery_events.notice_id is 'The notice that it names, which this warehouse may not know (yet); null where it names none';
comment on column delivery_events.event_key is 'By which it is known again: the provider''s id of the event, else a hash of all it says';
comment on column delivery_events.means is 'What it says of the notice: accepted, delivered, bounced or dropped; null = nothing';
comment on column delivery_events.message_id is 'The provider''s id of the message';
comment on column delivery_events.address is 'The address it speaks of, in lower case';
comment on column delivery_events.suppression is 'Why its address is written to no more, or again: bounced, spam_report, unsubscribed, invalid, unsubscribed from a group';
comment on column delivery_events.suppresses is 'From here on it is written to no more (true) or again (false); null where it says nothing of that';
comment on column delivery_events.detail is 'The provider''s words, without addresses';
comment on column delivery_events.origin is 'webhook (it came by itself, or in a file) or log (we asked)';

alter table attempts add column provider_id varchar;
comment on column attempts.provider_id is 'The provider''s id of the message';

alter table state.suppressions add column origin varchar;
alter table state.suppressions add column detail varchar;
comment on column state.suppressions.address is 'In lower case';
comment on column state.suppressions.reason is 'bounced, spam_report, unsubscribed, invalid, unsubscribed from a group';
comment on column state.suppressions.since is 'Since when, UTC';
comment on column state.suppressions.origin is 'events, or the provider''s list that holds it';
comment on column state.suppressions.detail is 'The provider''s words, without addresses';

create table work.events as select * from delivery_events limit 0;

create table work.touched_notices (
    notice_id varchar
);

create table work.listed_addresses as select * from state.suppressions limit 0;

create table state.suppressions_lifted (
    address varchar not null,
    reason varchar not null,
    lifted_at timestamp not null
);
comment on table state.suppressions_lifted is
'Addresses that somebody has taken off the provider''s list: what events said before that counts no more.';

create table state.suppression_lists (
    list varchar not null,
    read_until timestamp not null,
    read_whole_at timestamp not null
);
comment on table state.suppression_lists is 'Up to when each of the provider''s suppression lists was read, and when it was last read from its beginning.';

create table state.reach (
    as_of timestamp not null,
    looked_at timestamp not null,
    delivered_within_hours double not null
);
comment on table state.reach is
'What the last committed run took for now, when it looked, and within how many hours a notice should be delivered.';
