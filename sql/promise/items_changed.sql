-- The items to be worked out: those whose supply is not what the last committed run saw, and those of which an order line changed.
-- grain: one row an item
-- reads: work.supply, state.supply_at_last_run, state.changed_items
-- writes: work.items
-- params: -

insert into work.items
with now as (
    select supply_kind, sku, warehouse_id, supplier_id, po_number, po_line, slice_no, quantity, precision, available_on, latest_on
    from work.supply
),

before as (
    select supply_kind, sku, warehouse_id, supplier_id, po_number, po_line, slice_no, quantity, precision, available_on, latest_on
    from state.supply_at_last_run
),

come as (
    select * from now
    except all
    select * from before
),

gone as (
    select * from before
    except all
    select * from now
)

select warehouse_id, sku from come
union
select warehouse_id, sku from gone
union
select warehouse_id, sku from state.changed_items;
