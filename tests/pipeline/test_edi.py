"""EDI in a run: what is stated anew, by slices, of stock; and the answer to it, once it is committed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.pipeline.worlds import CUSTOMERS, MONDAY, ORDERS, TUESDAY, Source, World, order
from tests.unit.sources.edi_messages import ack, x12, x12_set

SUPPLIER = Source("acme", "supplier_etas", "delta", "x12", keys='units = { EA = 1 }\nacknowledge = "outbound"\n')
LINE = "PO1*10*10*EA***BP*A"
SUPPLY = "select slice_no, quantity, eta_latest_on, status from supplier_eta_history where valid_to is null order by 1"


def world_of(folder: Path, *more: Source) -> World:
    world = World(folder, (SUPPLIER, ORDERS, CUSTOMERS, *more))
    world.put("orders", order("O1", promised_on=date(2026, 3, 20)))
    return world


def test_a_later_acknowledgment_states_the_whole_line_anew(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    world.put_bytes("acme", ack(LINE, "SCH*4*EA***067*20260401", "SCH*6*EA***067*20260415").encode(), "1.edi")
    world.run(MONDAY)
    assert world.values(SUPPLY) == [(1, 4, date(2026, 4, 1), "open"), (2, 6, date(2026, 4, 15), "open")]
    later = ack(LINE, "ACK*IB*10*EA*067*20260501", bak="BAK*00*AC*4500*20260201*****20260302")
    world.put_bytes("acme", later.encode(), "2.edi")
    world.run(TUESDAY)
    assert world.values(SUPPLY) == [(1, 10, date(2026, 5, 1), "open")]


def test_of_two_messages_of_one_time_in_a_file_the_last_one_counts_whole(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    first = x12_set("855", "BAK*00*AC*4500", LINE, "SCH*4*EA***067*20260401", "SCH*6*EA***067*20260415")
    world.put_bytes("acme", x12(first, x12_set("855", "BAK*00*AC*4500", LINE, "ACK*IA*10*EA*067*20260501", control="0002")).encode())
    world.run(MONDAY)
    assert world.values(SUPPLY) == [(1, 10, date(2026, 5, 1), "open")]
    assert world.values("select rule, count(*) from quarantined_rows group by 1") == [("is_not_repeated", 2)]


def test_a_line_that_is_not_understood_leaves_the_last_good_word_in_force_and_is_answered_all_the_same(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    world.put_bytes("acme", ack(LINE, "ACK*IA*10*EA*067*20260401").encode(), "1.edi")
    world.run(MONDAY)
    world.put_bytes("acme", ack(LINE, "ACK*ZZ*10*EA*067*20260501", bak="BAK*00*AC*4500*20260201*****20260302").encode(), "2.edi")
    world.run(TUESDAY)
    assert world.values(SUPPLY) == [(1, 10, date(2026, 4, 1), "open")]
    (message,) = world.values("select message from quarantined_rows")
    assert message.startswith("PO 4500, line 10: ACK01 'ZZ' is no code that we know")
    assert len(list((tmp_path / "outbound").iterdir())) == 2
    world.run(TUESDAY)
    assert len(list((tmp_path / "outbound").iterdir())) == 2


def test_stock_of_an_846_serves_who_waits(tmp_path: Path) -> None:
    world = world_of(tmp_path, Source("stock", "inventory", "snapshot", "x12", keys="units = { EA = 1 }\n"))
    world.put_bytes("acme", ack(LINE, "ACK*IA*10*EA*067*20260401").encode())
    world.put_bytes("stock", x12(x12_set("846", "BIA*00*DD*R1*20260301", "LIN*1*BP*A", "QTY*17*12*EA")).encode())
    world.run(MONDAY)
    assert world.values("select supply_kind from promise_slices") == ["stock"]
