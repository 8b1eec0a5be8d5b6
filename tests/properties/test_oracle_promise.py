"""Hand-worked cases of spec 3: who gets what, and when."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from given import SOURCES, at, etas, orders, stock
from oracle import Expected, Numbers, Oracle

LINE = ("O1", 1)


def slices(expected: Expected, order: str = "O1") -> list[tuple[str, str, Decimal | int]]:
    """(kind, PO, quantity) of each slice of an order's line 1."""
    return [(s.supply_kind, s.supply_key[1] if s.supply_key else "", s.quantity) for s in expected.promises[(order, 1)].slices]


def test_stock_goes_before_supply_and_supply_by_date() -> None:
    expected = Oracle(SOURCES).run(
        at("12-01"),
        [
            stock(A="3"),
            etas(
                {"po_number": "P2", "quantity": "4", "eta": "2026-12-08"},
                {"po_number": "P1", "quantity": "1"},
                {"po_number": "P0", "eta": "TBD"},
            ),
            orders({"quantity_open": "10"}),
        ],
    )
    assert slices(expected) == [("stock", "", 3), ("supply", "P2", 4), ("supply", "P1", 1), ("none", "", 2)]
    assert expected.promises[LINE].expected_on is None
    assert expected.promises[LINE].first_on == date(2026, 12, 4)


def test_demand_is_served_by_priority_then_age_then_number() -> None:
    rows = [
        {"order_id": "O1", "quantity_open": "2", "ordered_at": "2026-11-02"},
        {"order_id": "O2", "quantity_open": "2", "ordered_at": "2026-11-01"},
        {"order_id": "O3", "quantity_open": "2", "ordered_at": "2026-11-03", "priority": "1"},
    ]
    expected = Oracle(SOURCES).run(at("12-01"), [etas({"quantity": "4"}), orders(*rows)])
    assert [slices(expected, order)[0][0] for order in ("O1", "O2", "O3")] == ["none", "supply", "supply"]


def test_the_date_is_moved_to_business_days_handled_and_carried() -> None:
    """Saturday 5 December: Monday the 7th, handled on the 8th, carried two days to the 10th, to Germany four days to the 14th."""
    oracle = Oracle(SOURCES, Numbers(transit_days_by_country=(("DE", 4),)))
    rows = [{"order_id": "O1", "quantity_open": "5"}, {"order_id": "O2", "quantity_open": "5", "country": "DE"}]
    expected = oracle.run(at("12-01"), [etas({"eta": "2026-12-05"}), orders(*rows)])
    assert expected.promises[("O1", 1)].slices[0].ship_on == date(2026, 12, 8)
    assert expected.promises[("O1", 1)].expected_on == date(2026, 12, 10)
    assert expected.promises[("O2", 1)].expected_on == date(2026, 12, 14)


def test_overdue_supply_is_unknown_by_the_day_its_source_last_spoke() -> None:
    """Latest day Tuesday the 1st: two business days later (Thursday) it still counts, then no more; our silence makes nobody overdue."""
    oracle = Oracle(SOURCES)
    row = {"eta": "2026-12-01"}
    assert oracle.run(at("12-03"), [etas(row), orders({})]).promises[LINE].expected_on == date(2026, 12, 4)
    assert oracle.run(at("12-20")).promises[LINE].expected_on == date(2026, 12, 4)
    assert oracle.run(at("12-21"), [etas(row)]).promises[LINE].expected_on is None


def test_a_pegged_line_gets_just_its_po_and_goes_before_the_others() -> None:
    rows = [
        {"order_id": "O1", "quantity_open": "8", "priority": "1"},
        {"order_id": "O2", "quantity_open": "6", "po_number": "P1"},
        {"order_id": "O3", "quantity_open": "6", "po_number": "P1", "po_line": "A"},
    ]
    expected = Oracle(SOURCES).run(at("12-01"), [stock(A="1"), etas({}, {"po_number": "P2", "quantity": "3"}), orders(*rows)])
    assert slices(expected, "O2") == [("supply", "P1", 6)]
    assert slices(expected, "O3") == [("supply", "P1", 4), ("none", "", 2)]
    assert slices(expected, "O1") == [("stock", "", 1), ("supply", "P2", 3), ("none", "", 4)]


def test_a_pegged_line_is_ordinary_from_the_run_on_that_sees_its_po_arrive() -> None:
    """It waited for 6 of P1's 4: once P1 has arrived it keeps the 4 and gets the rest from what there is, also when P1 comes back."""
    oracle = Oracle(SOURCES)
    line = {"quantity_open": "6", "po_number": "P1"}
    first = oracle.run(at("12-01"), [etas({"quantity": "4"}, {"po_number": "P2"}), orders(line)])
    assert slices(first) == [("supply", "P1", 4), ("none", "", 2)]
    second = oracle.run(at("12-02"), [etas({"quantity": "0", "status": "received"}, {"po_number": "P2"})])
    assert slices(second) == [("arrived", "P1", 4), ("supply", "P2", 2)]
    third = oracle.run(at("12-03"), [etas({"quantity": "1", "eta": "2026-12-20"}, {"po_number": "P2"})])
    assert slices(third) == [("supply", "P2", 6)]


def test_what_an_earlier_file_of_the_run_said_does_not_make_a_line_ordinary() -> None:
    oracle = Oracle(SOURCES)
    oracle.run(at("12-01"), [etas({"quantity": "4"}, {"po_number": "P2"}), orders({"po_number": "P1"})])
    received = etas({"quantity": "0", "status": "received"}, {"po_number": "P2"})
    expected = oracle.run(at("12-02"), [received, etas({"quantity": "4"}, {"po_number": "P2"})])
    assert slices(expected) == [("supply", "P1", 4), ("none", "", 6)]


def test_arrived_supply_gives_a_line_no_more_than_before() -> None:
    """Two lines shared P1; when it has arrived each keeps its part, and a shrunken line does not get it back."""
    oracle = Oracle(SOURCES)
    two = [{"order_id": "O1", "quantity_open": "7"}, {"order_id": "O2", "quantity_open": "5"}]
    oracle.run(at("12-01"), [etas({}), orders(*two)])
    oracle.run(at("12-02"), [etas({"status": "received"}), orders({**two[0], "quantity_open": "2"}, two[1])])
    expected = oracle.run(at("12-03"), [orders(*two)])
    assert slices(expected, "O1") == [("arrived", "P1", 2), ("none", "", 5)]
    assert slices(expected, "O2") == [("arrived", "P1", 3), ("none", "", 2)]


def test_stock_dates_from_the_first_run_that_served_without_a_break() -> None:
    oracle = Oracle(SOURCES)
    oracle.run(at("12-01"), [etas({"eta": "TBD"}), orders({}), stock(A="4")])
    since = [
        oracle.run(at(day), [stock(A=amount)]).promises[LINE].slices[0].available_on
        for day, amount in [("12-02", "3"), ("12-03", "4"), ("12-04", "4"), ("12-07", "0"), ("12-08", "1")]
    ]
    assert since == [date(2026, 12, 1), date(2026, 12, 3), date(2026, 12, 3), None, date(2026, 12, 8)]


def test_without_partial_deliveries_the_first_date_is_the_last() -> None:
    rows = [{"quantity_open": "10", "partial_ok": "false"}]
    expected = Oracle(SOURCES).run(at("12-01"), [etas({"quantity": "4"}, {"po_number": "P2", "eta": "2026-12-17"}), orders(*rows)])
    assert expected.promises[LINE].first_on == expected.promises[LINE].expected_on == date(2026, 12, 22)
