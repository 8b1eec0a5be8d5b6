-- Each time that a supplier gave a PO line another day, and when an earlier day was taken back.
-- grain: one row a PO line and move
-- reads: state.po_line_versions
-- writes: eta_moves
-- params: -

create or replace view eta_moves as
with stated as (
    -- What was away and came back is as if it had never been away.
    select
        supplier_id,
        po_number,
        po_line,
        valid_from as moved_at,
        eta_latest_on as eta_on,
        lag(eta_latest_on) over one_line as eta_before_on,
        row_number() over one_line as place
    from state.po_line_versions
    where standing = 'coming'
    window one_line as (partition by supplier_id, po_number, po_line order by valid_from)
),

moves as (
    select * from stated where place > 1 and eta_on is distinct from eta_before_on
),

taken_back as (
    select e.supplier_id, e.po_number, e.po_line, e.moved_at, min(l.moved_at) as taken_back_at
    from moves as e
    inner join moves as l
        on e.supplier_id = l.supplier_id and e.po_number = l.po_number and e.po_line = l.po_line
            and l.moved_at > e.moved_at and (l.eta_on > e.eta_on or l.eta_on is null)
    where e.eta_on < e.eta_before_on
    group by e.supplier_id, e.po_number, e.po_line, e.moved_at
)

select
    m.supplier_id,
    m.po_number,
    m.po_line,
    m.moved_at,
    m.eta_before_on,
    m.eta_on,
    m.eta_on - m.eta_before_on as days_moved,
    t.taken_back_at
from moves as m
left join taken_back as t
    on m.supplier_id = t.supplier_id and m.po_number = t.po_number and m.po_line = t.po_line and m.moved_at = t.moved_at;

comment on view eta_moves is 'One row for each time that a supplier gave a PO line another day: its last slice''s, the first day given being no move.';
comment on column eta_moves.supplier_id is 'Supplier';
comment on column eta_moves.po_number is 'Purchase order';
comment on column eta_moves.po_line is 'Its line';
comment on column eta_moves.moved_at is 'As-of of the run that landed it, UTC';
comment on column eta_moves.eta_before_on is 'The day before the move; null = unknown';
comment on column eta_moves.eta_on is 'The day after it; null = unknown';
comment on column eta_moves.days_moved is 'Calendar days from the one to the other, later is positive; null where either is unknown';
comment on column eta_moves.taken_back_at is
'For an earlier day: as-of from which a later or an unknown day stood again, UTC; null = not taken back, or the move was none to an earlier day';
