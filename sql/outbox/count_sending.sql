-- Notices that stand as sending.
-- grain: one row
-- reads: notices
-- writes: -
-- params: -

select count(*) as notices from notices where state = 'sending';
