-- The lines to be looked at even where nothing about their item changed.
-- grain: one row an order line
-- reads: state.standing_changes, state.unseen_notices, notices, notice_lines, state.tellings_by_person, state.open_order_lines, state.tellings, work.calendar
-- writes: work.restless_lines
-- params: as_of_on, last_as_of_on, missed_grace_days

-- Their change may be decided otherwise; what their customer was told may have changed; or the day last told has become a missed one by the
-- days that passed since the last committed run.
insert into work.restless_lines
with missed_days as (
    select d.day
    from work.calendar as d
    inner join work.calendar as today on today.day = $as_of_on::date
    inner join work.calendar as last_time on last_time.day = $last_as_of_on::date
    where today.business_days - d.business_days > $missed_grace_days
        and last_time.business_days - d.business_days <= $missed_grace_days
)

select order_id, line_no
from state.standing_changes
-- Of a line that stands still these two are decided once and for all; an earlier date is counted run by run.
where decision not in ('baseline', 'call') or kind = 'advanced'
union
select l.order_id, l.line_no
from notice_lines as l
semi join state.unseen_notices as u on l.notice_id = u.notice_id
union
-- What has not left yet says what is still believed, or is superseded.
select l.order_id, l.line_no
from notice_lines as l
semi join notices as n on l.notice_id = n.notice_id and n.state in ('pending', 'held')
union
select order_id, line_no
from state.tellings_by_person
where is_unseen
union
select order_id, line_no
from state.open_order_lines
where promised_on in (select day from missed_days)
union
select order_id, line_no
from state.tellings
where told_on in (select day from missed_days);
