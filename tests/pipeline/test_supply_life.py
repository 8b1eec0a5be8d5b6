"""A supply line's life: stated, due, arrived, away, withdrawn, back, overdue; and what each does to those who wait for it (spec 2, 3)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.pipeline.worlds import ACME, CUSTOMERS, ORDERS, STOCK, Source, World, at_customer, day, order, po

FAR = "2026-03-30"
D2 = "2026-03-03"


def _rows(*pos: Any) -> list[dict[str, Any]]:
    """PO rows whose item is named after the PO, so that no story touches another."""
    return [po(name, eta, sku=name, **more) for name, eta, more in pos]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[World, dict[int, dict[str, date | None]], dict[int, dict[str, str]]]:
    """Days 1 to 5, 8, 17 and 18: what was expected of each order, and the status of each PO."""
    quiet = Source("quiet", "supplier_etas")
    world = World(tmp_path_factory.mktemp("life"), (ACME, quiet, ORDERS, CUSTOMERS))
    names = ["arr", "shp", "abs", "ret", "back", "rec", "ovd", "silent", "late", "bad"]
    twice = [po("can", eta, sku="can", slice_no=n, quantity=1) for n, eta in ((1, "2026-03-10"), (2, "2026-03-12"))]
    sliced = [po("sli", eta, sku="sli", quantity=4) for eta in ("2026-03-20", "2026-03-11")]
    always = _rows(("ovd", "2026-03-02", {}), ("late", "2026-03-12", {}), ("day", FAR, {}))
    pegged = [
        po("peg", "2026-03-20", sku="peg"),
        po("other", "2026-03-10", sku="peg"),
        po("gone", D2, sku="two", quantity=1),
        po("more", "2026-03-12", sku="two"),
    ]
    away = _rows(("arr", D2, {}), ("shp", FAR, {"status": "shipped"}), ("abs", FAR, {}), ("ret", FAR, {}), ("back", D2, {}))
    bad = _rows(("bad", FAR, {}))
    world.put("acme", *always, *away, *twice, *sliced, *pegged, *bad, *_rows(("rec", FAR, {})))
    world.put("quiet", po("silent", "2026-03-02", sku="silent", supplier_id="QUIET"))
    world.put(
        "orders",
        *(order(name, sku=name) for name in names),
        order("can", sku="can", quantity_open=2), order("sli", sku="sli", quantity_open=6),
        order("pegged", sku="peg", po_number="peg"), order("free", sku="peg"),
        order("outgrew", sku="two", po_number="gone", quantity_open=3), order("week", sku="none"),
    )  # fmt: skip
    expected, status = {}, {}

    def run(number: int) -> None:
        world.run(day(number), announce=True)
        expected[number], status[number] = world.expected(), world.supply()

    run(1)
    cancelled = [{**twice[0], "status": "cancelled", "quantity": 0}, twice[1]]
    received = _rows(("rec", FAR, {"status": "received", "quantity": 1}))
    unreadable = _rows(("bad", "next spring", {}))
    for number in (2, 3, 4, 5, 8):
        returning = _rows(("back", "2026-03-20", {})) if number >= 3 else []
        returning += _rows(("ret", FAR, {})) if number >= 8 else []
        world.put(
            "acme", *always, *cancelled, *sliced, *(row for row in pegged if row["po_number"] != "gone"), *unreadable, *received, *returning
        )
        run(number)
    run(17)
    run(18)
    return world, expected, status


Told = tuple[World, dict[int, dict[str, date | None]], dict[int, dict[str, str]]]


def test_goods_that_vanish_when_due_have_arrived_and_keep_serving_the_order(told: Told) -> None:
    _, expected, status = told
    assert (status[1]["arr"], status[2]["arr"], status[8]["arr"]) == ("open", "arrived", "arrived")
    assert {expected[n]["arr"] for n in (1, 2, 3, 8, 17)} == {at_customer(D2)}


def test_arrived_supply_ends_when_more_than_fifteen_days_have_passed(told: Told) -> None:
    _, expected, _ = told
    assert (expected[17]["arr"], expected[18]["arr"]) == (at_customer(D2), None)


def test_shipped_goods_that_vanish_early_have_arrived_but_are_available_on_their_latest_day(told: Told) -> None:
    _, expected, status = told
    assert status[2]["shp"] == "arrived"
    assert expected[2]["shp"] == at_customer(FAR)


def test_goods_that_vanish_before_they_are_due_are_kept_as_stated_and_withdrawn_after_the_grace(told: Told) -> None:
    _, expected, status = told
    assert [status[n]["abs"] for n in (2, 3, 4, 5)] == ["open", "open", "open", "withdrawn"]
    assert [expected[n]["abs"] for n in (4, 5)] == [at_customer(FAR), None]


def test_a_po_line_that_comes_back_is_as_if_it_had_never_been_away(told: Told) -> None:
    _, expected, status = told
    assert [status[n]["ret"] for n in (5, 8)] == ["withdrawn", "open"]
    assert expected[8]["ret"] == at_customer(FAR)
    assert [status[n]["back"] for n in (2, 3)] == ["arrived", "open"]
    assert [expected[n]["back"] for n in (2, 3)] == [at_customer(D2), at_customer("2026-03-20")]


def test_received_goods_are_here_on_the_day_of_the_run_that_first_knew(told: Told) -> None:
    _, expected, status = told
    assert status[2]["rec"] in ("received", "arrived")
    assert {expected[n]["rec"] for n in (2, 3, 4, 5, 8, 17)} == {at_customer(D2)}
    assert expected[18]["rec"] is None


def test_overdue_goods_have_an_unknown_date_after_two_business_days(told: Told) -> None:
    _, expected, _ = told
    assert [expected[n]["ovd"] for n in (1, 2, 3, 4)] == [at_customer("2026-03-02")] * 3 + [None]


def test_an_outage_of_ours_makes_nobody_overdue(told: Told) -> None:
    _, expected, status = told
    assert {expected[n]["silent"] for n in expected} == {at_customer("2026-03-02")}
    assert status[18]["silent"] == "open"


def test_a_run_without_a_new_snapshot_lets_nothing_arrive(told: Told) -> None:
    _, expected, status = told
    assert (status[18]["late"], expected[18]["late"]) == ("open", at_customer("2026-03-12"))


def test_a_cancelled_slice_is_withdrawn_alone_and_at_once(told: Told) -> None:
    world, expected, _ = told
    assert (expected[1]["can"], expected[2]["can"]) == (at_customer("2026-03-12"), None)
    assert world.values("select first_on from promise_history where order_id = 'can' order by valid_from") == [
        at_customer("2026-03-10"),
        at_customer("2026-03-12"),
    ]
    assert "cancelled" in world.values(
        "select status from supplier_eta_history where po_number = 'can' and slice_no = 1"
    ) or "withdrawn" in world.values("select status from supplier_eta_history where po_number = 'can' and slice_no = 1")


def test_rows_of_one_po_line_with_different_dates_are_its_slices_in_date_order(told: Told) -> None:
    world, _, _ = told
    assert world.values("select slice_no, eta_latest_on from supplier_eta_history where po_number = 'sli' order by 1") == [
        (1, date(2026, 3, 11)),
        (2, date(2026, 3, 20)),
    ]
    slices = world.values("select slice_no, quantity, supply_kind, expected_on from promise_slices where order_id = 'sli' order by 1")
    assert slices == [(1, Decimal(4), "supply", at_customer("2026-03-11")), (2, Decimal(2), "supply", at_customer("2026-03-20"))]


def test_a_line_that_waits_for_one_po_is_served_from_just_that(told: Told) -> None:
    _, expected, _ = told
    assert (expected[1]["pegged"], expected[1]["free"]) == (at_customer("2026-03-20"), at_customer("2026-03-10"))


def test_a_line_whose_po_has_arrived_is_an_ordinary_line_ever_after(told: Told) -> None:
    world, expected, _ = told
    assert (expected[1]["outgrew"], expected[2]["outgrew"]) == (None, at_customer("2026-03-12"))
    kinds = world.values("select supply_kind, quantity from promise_slices where order_id = 'outgrew' order by slice_no")
    assert sum(quantity for _, quantity in kinds) == 3


def test_a_quarantined_row_counts_as_present_and_the_last_good_statement_stays_in_force(told: Told) -> None:
    _, expected, status = told
    assert {status[n]["bad"] for n in status} == {"open"}
    assert {expected[n]["bad"] for n in expected} == {at_customer(FAR)}


def test_a_line_that_nothing_covers_is_unknown_and_its_slice_says_so(told: Told) -> None:
    world, expected, _ = told
    assert expected[1]["week"] is None
    assert world.values("select supply_kind, quantity, supplier_id, expected_on from promise_slices where order_id = 'week'") == [
        ("none", 1, None, None)
    ]


def test_with_a_stock_feed_arrived_supply_ends_with_the_next_stock_snapshot(tmp_path: Path) -> None:
    world = World(tmp_path, (ACME, ORDERS, CUSTOMERS, STOCK))
    keeper = po("P9", FAR, sku="Z")
    world.put("acme", po("P1", D2), keeper)
    world.put("orders", order("O1", at_customer(D2)))
    world.put("stock", {"sku": "Z", "on_hand": 1})
    world.run(day(1))
    world.put("acme", keeper)
    assert world.run(day(2)).changes == {}, "the goods are on our dock, not yet counted"
    assert world.values("select supply_kind, available_on from promise_slices") == [("arrived", day(2))]
    assert world.run(day(3)).changes == {}
    world.put("stock", {"sku": "Z", "on_hand": 1}, {"sku": "A", "on_hand": 5})
    world.run(day(4))
    assert world.values("select supply_kind, available_on from promise_slices") == [("stock", day(4))]


def test_stock_is_available_since_it_served_without_a_break_and_anew_when_it_gives_more(tmp_path: Path) -> None:
    world = World(tmp_path, (ACME, ORDERS, CUSTOMERS, STOCK))
    world.put("acme", po("P1", FAR, sku="Z"))
    world.put("orders", order("O1", quantity_open=5, country="DE"))
    world.configure(settings="[promise]\ntransit_days_by_country = { DE = 4 }")
    available = []
    for number, on_hand in ((1, 5), (2, 7), (3, 3), (4, 5)):
        world.put("stock", {"sku": "A", "on_hand": on_hand})
        world.run(day(number))
        available.append(world.values("select available_on, quantity from promise_slices where supply_kind = 'stock'")[0])
    assert available == [(day(1), 5), (day(1), 5), (day(1), 3), (day(4), 5)]
    # Thursday: Friday to handle, then four business days to DE.
    assert world.expected() == {"O1": date(2026, 3, 12)}


def test_a_delta_keeps_what_it_does_not_name_and_an_older_statement_is_history_only(tmp_path: Path) -> None:
    world = World(tmp_path, (Source("acme", "supplier_etas", "delta"), ORDERS, CUSTOMERS))
    world.put("acme", po("P1", "2026-03-16", stated_at="2026-03-01T10:00:00Z"), po("P2", "2026-03-16", sku="B"))
    world.put("orders", order("O1"), order("O2", sku="B"))
    world.run(day(1))
    world.put("acme", po("P1", "2026-04-16", stated_at="2026-03-01T09:59:59Z"))
    world.run(day(2))
    assert world.expected() == {"O1": at_customer("2026-03-16"), "O2": at_customer("2026-03-16")}
    world.put("acme", po("P1", "2026-03-20", stated_at="2026-03-01T10:00:00Z"))
    world.run(day(3))
    assert world.expected()["O1"] == at_customer("2026-03-20"), "of equal statements the one landed later wins"
    assert world.supply() == {"P1": "open", "P2": "open"}


def test_only_the_source_that_made_the_latest_statement_can_make_a_line_absent(tmp_path: Path) -> None:
    other = Source("other", "supplier_etas")
    world = World(tmp_path, (ACME, other, ORDERS, CUSTOMERS))
    keeper = po("P9", FAR, sku="Z")
    world.put("acme", po("P1", "2026-03-02"), keeper)
    world.put("other", po("P1", "2026-03-02"))
    world.put("orders", order("O1"))
    world.run(day(1))
    world.put("acme", keeper)
    world.run(day(2))
    assert world.supply()["P1"] == "open"
    world.put("other", po("P8", FAR, sku="Z"))
    world.run(day(2))
    assert world.supply()["P1"] == "arrived"


def test_a_snapshots_absent_order_line_is_closed_and_a_delta_closes_nothing(tmp_path: Path) -> None:
    world = World(tmp_path, (ACME, ORDERS, Source("web", "order_lines", "delta"), CUSTOMERS))
    world.put("acme", po("P1", "2026-03-16"))
    world.put("orders", order("O1"), order("O2", promised_on="2026-03-20"))
    world.put("web", order("W1"), order("W2"))
    assert world.run(day(1)).open_lines == 4
    world.put("orders", order("O2", promised_on="2026-04-20"))
    world.put("web", order("W2", quantity_open=0), order("O2"))
    summary = world.run(day(2))
    assert summary.open_lines == 2
    assert world.expected().keys() == {"O2", "W1"}
    assert world.values("select promised_on from current_promises where order_id = 'O2'") == [date(2026, 3, 20)], (
        "once known, never overwritten"
    )
    assert world.values("select rule, source from quarantined_rows") == [("belongs_to_its_first_source", "web")]
