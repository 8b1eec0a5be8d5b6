"""Hand-worked cases of spec 2: statements, absence, arrival, quarantine, rejected files."""

from __future__ import annotations

from datetime import date

from given import OTHER_SHOP, SHOP, SOURCES, at, etas, orders, stock
from oracle import Expected, File, Oracle, Source

P1 = ("S", "P1", "A", 1)
LINE = ("O1", 1)


def statuses(expected: Expected) -> dict[tuple[str, str, str, int], str]:
    return {key: view.status for key, view in expected.supply.items()}


def refused(expected: Expected) -> list[tuple[int, str]]:
    return [row for outcome in expected.files for row in outcome.refused]


def test_a_line_missing_from_snapshots_is_withdrawn_after_the_grace() -> None:
    """First missing on 1 December: kept on the 3rd (two days), withdrawn by the snapshot of the 4th."""
    oracle = Oracle(SOURCES)
    oracle.run(at("11-30"), [etas({}, {"po_number": "P2"}), orders({})])
    for day, status in [("12-01", "open"), ("12-03", "open"), ("12-04", "withdrawn")]:
        assert statuses(oracle.run(at(day), [etas({"po_number": "P2"})]))[P1] == status


def test_a_run_without_a_new_snapshot_withdraws_nothing() -> None:
    oracle = Oracle(SOURCES)
    oracle.run(at("11-30"), [etas({}, {"po_number": "P2"}), orders({})])
    oracle.run(at("12-01"), [etas({"po_number": "P2"})])
    assert statuses(oracle.run(at("12-08")))[P1] == "open"


def test_a_line_missing_when_its_day_has_come_has_arrived() -> None:
    """Latest day 10 December; the snapshot of the 10th lacks it, so it arrived on the 10th."""
    oracle = Oracle(SOURCES)
    oracle.run(at("12-09"), [etas({}, {"po_number": "P2"}), orders({})])
    expected = oracle.run(at("12-10"), [etas({"po_number": "P2"})])
    assert statuses(expected)[P1] == "arrived"
    (piece,) = expected.promises[LINE].slices
    assert (piece.supply_kind, piece.available_on) == ("arrived", date(2026, 12, 10))


def test_a_shipped_line_that_vanishes_early_is_available_on_its_latest_day() -> None:
    oracle = Oracle(SOURCES)
    oracle.run(at("12-01"), [etas({"status": "shipped"}, {"po_number": "P2"}), orders({})])
    expected = oracle.run(at("12-02"), [etas({"po_number": "P2"})])
    assert statuses(expected)[P1] == "arrived"
    assert expected.promises[LINE].slices[0].available_on == date(2026, 12, 10)


def test_what_comes_back_was_never_away() -> None:
    oracle = Oracle(SOURCES)
    oracle.run(at("12-01"), [etas({}, {"po_number": "P2"}), orders({})])
    oracle.run(at("12-02"), [etas({"po_number": "P2"})])
    oracle.run(at("12-04"), [etas({}, {"po_number": "P2"})])
    assert statuses(oracle.run(at("12-05"), [etas({"po_number": "P2"})]))[P1] == "open"


def test_arrived_supply_ends_after_fifteen_days() -> None:
    oracle = Oracle(SOURCES)
    oracle.run(at("12-01"), [etas({}), orders({})])
    oracle.run(at("12-02"), [etas({"status": "received", "quantity": "0"})])
    assert oracle.run(at("12-17")).promises[LINE].slices[0].supply_kind == "arrived"
    assert oracle.run(at("12-18")).promises[LINE].expected_on is None


def test_arrived_supply_ends_with_the_first_stock_snapshot() -> None:
    oracle = Oracle(SOURCES)
    oracle.run(at("12-01"), [etas({}), orders({})])
    assert oracle.run(at("12-02"), [etas({"status": "received"})]).promises[LINE].slices[0].supply_kind == "arrived"
    assert oracle.run(at("12-03"), [stock(A="4")]).promises[LINE].from_stock == 4


def test_the_day_of_arrival_is_that_of_the_run_that_first_knew() -> None:
    oracle = Oracle(SOURCES)
    oracle.run(at("12-01"), [etas({}), orders({})])
    oracle.run(at("12-02"), [etas({"status": "received"})])
    assert oracle.run(at("12-03"), [etas({"status": "received"})]).promises[LINE].slices[0].available_on == date(2026, 12, 2)


def test_a_refused_row_keeps_the_last_good_statement_of_its_whole_po_line() -> None:
    oracle = Oracle(SOURCES)
    oracle.run(at("12-01"), [etas({"slice_no": "1", "quantity": "4"}, {"slice_no": "2", "quantity": "6"}), orders({})])
    expected = oracle.run(at("12-02"), [etas({"slice_no": "1", "quantity": "9"}, {"slice_no": "2", "quantity": "many"})])
    assert refused(expected) == [(3, "quantity_not_a_number")]
    assert [view.quantity for view in expected.supply.values()] == [4, 6]


def test_of_duplicates_the_last_wins() -> None:
    expected = Oracle(SOURCES).run(at("12-01"), [etas({"quantity": "4"}, {"quantity": "6"}), orders({})])
    assert refused(expected) == [(2, "duplicate")]
    assert [view.quantity for view in expected.supply.values()] == [6]


def test_rows_without_numbers_and_with_different_etas_are_slices_in_date_order() -> None:
    rows = [{"eta": "TBD", "quantity": "3"}, {"eta": "2026-12-20", "quantity": "2"}, {"eta": "2026-W50", "quantity": "1"}]
    expected = Oracle(SOURCES).run(at("12-01"), [etas(*rows), orders({})])
    assert {key[3]: view.quantity for key, view in expected.supply.items()} == {1: 1, 2: 2, 3: 3}


def test_an_older_statement_of_a_delta_is_history_only() -> None:
    oracle = Oracle(SOURCES)
    oracle.run(at("12-01"), [etas({}), orders({}), etas({"quantity": "7", "stated_at": "2026-11-30T09:00"}, source="portal")])
    assert oracle.run(at("12-01")).supply[P1].quantity == 10
    assert oracle.run(at("12-02"), [etas({"quantity": "8"}, source="portal")]).supply[P1].quantity == 8


def test_only_the_source_that_made_the_statement_can_make_it_absent() -> None:
    oracle = Oracle(SOURCES)
    oracle.run(at("12-01"), [etas({}), orders({})])
    oracle.run(at("12-02"), [etas({"eta": "2026-12-01"}, source="portal")])
    assert statuses(oracle.run(at("12-09"), [etas({"po_number": "P2"})]))[P1] == "open"


def test_an_absent_order_line_is_closed_and_another_sources_row_for_it_is_refused() -> None:
    oracle = Oracle(SOURCES)
    oracle.run(at("12-01"), [etas({}), orders({}, {"order_id": "O2"})])
    expected = oracle.run(at("12-02"), [orders({"order_id": "O2"}), orders({}, {"order_id": "O3"}, source="other_shop")])
    assert set(expected.promises) == {("O2", 1), ("O3", 1)}
    assert refused(expected) == [(2, "other_source")]


def test_an_eta_far_away_is_a_row_for_quarantine() -> None:
    rows = [{"po_number": "P1", "eta": "2024-11-30"}, {"po_number": "P2", "eta": "2024-12-01"}, {"po_number": "P3", "eta": "2029-12"}]
    assert refused(Oracle(SOURCES).run(at("12-01"), [etas(*rows), orders({})])) == [(2, "eta_out_of_window"), (4, "eta_out_of_window")]


def test_promised_on_is_never_overwritten() -> None:
    oracle = Oracle(SOURCES)
    oracle.run(at("12-01"), [etas({}), orders({})])
    oracle.run(at("12-02"), [orders({"promised_on": "2026-12-11"})])
    assert oracle.run(at("12-03"), [orders({"promised_on": "2026-12-12"})]).promised_on[LINE] == date(2026, 12, 11)


def test_files_are_refused_whole() -> None:
    many = [{"po_number": f"P{number}"} for number in range(20)]
    oracle = Oracle(SOURCES)
    oracle.run(at("12-01"), [etas(*many), orders({})])
    for file, reason in [
        (File("acme", "f", (), ()), "no header"),
        (File("acme", "f", ("supplier_id",), ({"supplier_id": "S"},)), "no column po_number"),
        (etas(), "no rows"),
        (etas(*many[:9]), "max_row_drop"),
        (etas(*[{**row, "eta": "TBD"} for row in many[:11]]), "max_date_loss"),
    ]:
        (outcome,) = oracle.run(at("12-02"), [file]).files
        assert (outcome.status, outcome.reason) == ("rejected", reason)
    for file in [etas(*many[:10]), etas(*many)]:
        assert oracle.run(at("12-03"), [file]).files[0].status == "landed"


def test_a_run_stops_while_a_required_source_was_never_accepted() -> None:
    oracle = Oracle([Source("acme", "supplier_etas"), SHOP, OTHER_SHOP])
    assert oracle.run(at("12-01"), [etas({})]).outcome == "stopped"
    assert oracle.run(at("12-01"), [orders({})]).outcome == "committed"
