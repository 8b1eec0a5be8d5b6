-- The lines whose slices are not what they were, closed ones among them.
-- grain: one row an order line
-- reads: work.slices, work.slices_before
-- writes: work.changed_slices
-- params: -

insert into work.changed_slices
with begun as (
    select * from work.slices
    except
    select * from work.slices_before
),

ended as (
    select * from work.slices_before
    except
    select * from work.slices
)

select order_id, line_no from begun
union
select order_id, line_no from ended;
