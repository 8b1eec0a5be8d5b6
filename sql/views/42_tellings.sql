-- What customers were told, by messages and by people, and when.
-- grain: one row an order line and telling
-- reads: state.tellings, notices, delivery_events
-- writes: tellings
-- params: -

create or replace view tellings as
with deliveries as (
    select notice_id, min(coalesce(event_at, received_at)) as delivered_at
    from delivery_events
    where means = 'delivered'
    group by notice_id
)

select
    t.customer_id,
    t.order_id,
    t.line_no,
    t.told_at,
    t.told_on,
    t.told_by,
    t.person,
    t.notice_id,
    n.state as notice_state,
    d.delivered_at,
    n.to_address,
    n.subject,
    n.body_text
from state.tellings as t
left join notices as n on t.notice_id = n.notice_id
left join deliveries as d on t.notice_id = d.notice_id;

comment on view tellings is
'One row for each order line and time that its customer was told a day, by a message that went out (or may have) or by a person. Messages that came back told nothing.';
comment on column tellings.customer_id is 'Who was told';
comment on column tellings.order_id is 'Order';
comment on column tellings.line_no is 'Its line';
comment on column tellings.told_at is 'When the message was first given to the provider, or the person recorded it, UTC';
comment on column tellings.told_on is 'The day told; null = told that it is unknown';
comment on column tellings.told_by is 'notice or person';
comment on column tellings.person is 'Who told them; null for a message';
comment on column tellings.notice_id is 'The message; null for a person';
comment on column tellings.notice_state is 'Its state: sending, uncertain, accepted or delivered';
comment on column tellings.delivered_at is 'When it was delivered, by the provider''s word, UTC; null = not known';
comment on column tellings.to_address is 'Address it went to';
comment on column tellings.subject is 'Its subject';
comment on column tellings.body_text is 'Its text, word for word';
