"""Sources, EDI: what suppliers say in X12. Real files are in tests/real_data/test_edi.py.

855: as real files have it. 865, 870 and 846: examples made here from their published descriptions (X12 004010), as there are no real ones.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from tasks.errors import FileRejected
from tests.unit.sources.conftest import Read
from tests.unit.sources.edi_messages import ack, x12, x12_set

LINE = "PO1*10*10*EA*1.5**BP*A1*VP*V9"
Rows = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def x12_rows(read: Read) -> Rows:
    """Quantity, ETA, status of each row; a row with a problem is that sentence alone."""

    def make(content: str | bytes, **settings: Any) -> list[tuple[Any, ...]]:
        frame = read(content, "f.edi", **{"format": "x12", "mode": "delta"} | settings)
        return [
            (row["row_problem"],) if row["row_problem"] else (row["quantity"], row["eta_text"], row["status"])
            for row in frame.iter_rows(named=True)
        ]

    return make


@pytest.fixture
def x12_frame(read: Read) -> Callable[..., pl.DataFrame]:
    return lambda content, **settings: read(content, "f.edi", **{"format": "x12", "mode": "delta"} | settings)


# --- what a line says ------------------------------------------------------------------------------------------------


def test_a_line_is_keyed_as_it_came_and_stated_when_it_was_acknowledged(x12_frame: Callable[..., pl.DataFrame]) -> None:
    frame = x12_frame(ack("N1*SU*Acme Ltd*92*ACME", "PO1*0010*10*CS***BP*A1*VP*V9", "ACK*IA*10*CS*067*20260401", "CTT*1"))
    row = frame.row(0, named=True)
    assert [row[name] for name in ("supplier_id", "po_number", "po_line", "sku", "unit")] == ["ACME", "4500", "0010", "A1", "CS"]
    assert row["stated_at"] == datetime(2026, 3, 1)
    assert row["raw"] == "PO1*0010*10*CS***BP*A1*VP*V9\nACK*IA*10*CS*067*20260401"


def test_without_a_date_of_the_acknowledgment_the_groups_counts_and_never_the_orders(x12_frame: Callable[..., pl.DataFrame]) -> None:
    frame = x12_frame(ack(LINE, "ACK*IA*10*EA", bak="BAK*00*AC*4500*20260201"))
    assert frame["stated_at"].to_list() == [datetime(2026, 3, 2, 7, 5)]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (["ACK*IA*10*EA*067*20260401"], (10, "2026-04-01", "open")),
        (["ACK*IA*10*EA*069*20260401"], (10, "2026-04-01", "open")),
        (["ACK*IA*10*EA", "DTM*067*20260401"], (10, "2026-04-01", "open")),
        (["DTM*017*20260401", "ACK*IA*10*EA"], (10, "2026-04-01", "open")),
        (["ACK*IA"], (10, None, "open")),
        (["ACK*IA*10*EA*002*20260401"], (10, None, "open")),
        (["ACK*IA*10*EA", "DTM*010*20260320", "DTM*001*20260501", "DTM*037*20260310"], (10, None, "open")),
        (["ACK*DR*10*EA*067*20260401"], (10, "2026-04-01", "open")),
        (["ACK*IQ*8*EA*067*20260401"], (8, "2026-04-01", "open")),
        (["ACK*SP*10*EA*067*20260401"], (10, None, "open")),
        (["ACK*IH*10*EA"], (10, None, "open")),
        (["ACK*AC*10*EA*067*20260401"], (10, "2026-04-01", "shipped")),
        (["ACK*IB*10*EA*067*20260401"], (10, "2026-04-01", "open")),
        (["ACK*IR"], (0, None, "cancelled")),
        (["ACK*IR*0*EA"], (0, None, "cancelled")),
        (["ACK*ID*10*EA"], (0, None, "cancelled")),
        # Several answers to all of it: a new price and a new date.
        (["ACK*IP", "ACK*DR***067*20260401"], (10, "2026-04-01", "open")),
        # A promise counts before a plan, a plan before an estimate.
        (["ACK*IA*10*EA", "DTM*017*20260401", "DTM*067*20260402", "DTM*069*20260403"], (10, "2026-04-03", "open")),
        (["ACK*IA*10*EA", "DTM*017****RD8*20260401-20260403"], (10, "2026-W14", "open")),
        (["ACK*IA*10*EA*076*20260401"], (10, "2026-W14", "open")),
        (["ACK*IA*10*EA*077*20260401"], (10, None, "open")),
    ],
)
def test_an_answer_is_its_status_its_quantity_and_its_date(x12_rows: Rows, answer: list[str], expected: tuple[Any, ...]) -> None:
    assert x12_rows(ack(LINE, *answer, "CTT*1")) == [(Decimal(expected[0]), *expected[1:])]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (["ACK*ZZ*10*EA"], "PO 4500, line 10: ACK01 'ZZ' is no code that we know; expected one of IA, "),
        (["ACK*IS*10*EA*067*20260401"], "ACK01 'IS' (accepted with a substitute"),
        (
            ["ACK*IA*10*EA*055*20260401"],
            "ACK04 '055' (confirmed, for shipping or for delivery) with '20260401' does not say when the goods come",
        ),
        (["ACK*IA*10*EA*777*20260401"], "ACK04 '777' (a date that we do not know)"),
        (["ACK*IA*10*EA*068*20260401"], "ACK04 '068' (current schedule ship) '20260401' is when the goods leave"),
        (["ACK*IA*10*EA*067*20260231"], "ACK04 '067' (current schedule delivery) '20260231' is not a date that we can read"),
        (["ACK*IA*10*EA", "DTM*067*20260401", "DTM*067*20260501"], "gives several dates: 20260401, 20260501"),
        (["ACK*IA*ten*EA"], "ACK02 'ten' is not a number"),
        (["ACK*IA*8*EA"], "ACK02 accounts for 8, ordered are 10"),
        (["ACK*IA*12*EA"], "ACK02 accounts for 12, ordered are 10"),
        (["ACK*IR*2*EA"], "ACK02 accounts for 2, ordered are 10"),
        (["ACK*IA*6*EA", "ACK*IB*3*EA"], "ACK02 accounts for 9, ordered are 10"),
        (["ACK*IA", "ACK*IR"], "ACK01 says accepted and rejected of the same line"),
        (["ACK*IB", "ACK*IR"], "ACK01 says backordered and rejected of the same line"),
        (["ACK*IA*10*EA**067*20260401"], "ACK05 '067' and ACK06 '20260401' look like a date; expected it in ACK04 and ACK05"),
        (["ACK*IA*10*EA", "SCH*4*EA***067*20260401", "SCH*5*EA***067*20260501"], "SCH01 divides 9 into dates, the line has 10 to come"),
        (["ACK*IA*10*EA*067*20260401", "S?H*4*EA"], "is none that we can read"),
    ],
)
def test_what_is_not_understood_says_which_element_and_what_was_expected(x12_rows: Rows, answer: list[str], words: str) -> None:
    (row,) = x12_rows(ack(LINE, *answer, "CTT*1"))
    assert words in row[0]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("PO1*10**EA***BP*A1", "no quantity is given"),
        ("PO1*10*10*EA***ZZ*A1", "PO1 has no item number that is ours; found ZZ"),
        ("PO1*10*10*EA", "PO1 has no item number that is ours; found none"),
        ("PO1*10*10*EA***BP*A1*BP*A2", "PO1 gives several item numbers BP: A1, A2"),
    ],
)
def test_a_line_without_quantity_or_item_is_not_understood(x12_rows: Rows, line: str, words: str) -> None:
    assert words in x12_rows(ack(line, "ACK*IA"))[0][0]


@pytest.mark.parametrize("line", ["PO1*10*10*EA*1.5*BP*A1*VP*V9", "PO1*10*10*EA*1.5***BP*A1*VP*V9"])
def test_item_numbers_that_slipped_by_an_element_are_found(x12_frame: Callable[..., pl.DataFrame], line: str) -> None:
    assert x12_frame(ack(line, "ACK*IA"))["sku"].to_list() == ["A1"]


def test_the_items_number_is_that_of_the_qualifier_that_the_source_prefers(x12_frame: Callable[..., pl.DataFrame]) -> None:
    content = ack(LINE, "ACK*IA")
    assert x12_frame(content)["sku"].to_list() == ["A1"]
    assert x12_frame(content, sku_qualifiers=["UP", "VP"])["sku"].to_list() == ["V9"]
    assert "expected one of UP" in x12_frame(content, sku_qualifiers=["UP"])["row_problem"][0]


def test_a_date_of_the_whole_order_holds_for_its_lines_but_not_for_what_is_backordered(x12_rows: Rows) -> None:
    lines = (LINE, "ACK*IA*10*EA", "PO1*20*10*EA***BP*B1", "ACK*IB*10*EA", "PO1*30*10*EA***BP*C1", "ACK*IA*10*EA*067*20260501")
    assert [row[1] for row in x12_rows(ack("DTM*067*20260401", *lines))] == ["2026-04-01", None, "2026-05-01"]


def test_what_the_supplier_says_in_words_is_the_reason(x12_frame: Callable[..., pl.DataFrame]) -> None:
    frame = x12_frame(ack(LINE, "N9*L1*NOTE", "MSG*Mill is  flooded", "ACK*IB*10*EA"))
    assert frame["reason"].to_list() == ["backordered; Mill is flooded"]


@pytest.mark.parametrize(
    ("bak", "expected"),
    [
        ("BAK*00*AT*4500", (Decimal(10), None, "open")),
        ("BAK*00*RD*4500", (Decimal(0), None, "cancelled")),
        ("BAK*00*AH*4500", (Decimal(10), None, "open")),
    ],
)
def test_a_line_without_an_answer_was_told_what_the_order_was_told(x12_rows: Rows, bak: str, expected: tuple[Any, ...]) -> None:
    assert x12_rows(ack(LINE, bak=bak)) == [expected]


@pytest.mark.parametrize(
    ("bak", "words"),
    [
        ("BAK*00*AE*4500", "BAK02 'AE' (acknowledged, exceptions only) needs a person"),
        ("BAK*00*QQ*4500", "BAK02 'QQ' is no code that we know"),
        ("BAK*01*AC*4500", "BAK01 '01' (cancellation) takes an earlier message back"),
        ("BAK*00*AC", "no purchase order number is given"),
    ],
)
def test_an_order_that_was_told_nothing_clear_is_not_understood(x12_rows: Rows, bak: str, words: str) -> None:
    assert words in x12_rows(ack(LINE, bak=bak))[0][0]


# --- the four readings of ACK02 ---------------------------------------------------------------------------------------

ACCEPTED, LATER = (Decimal(7), "2026-04-01", "open"), (Decimal(3), None, "open")


@pytest.mark.parametrize(
    ("answers", "reading", "expected"),
    [
        (["ACK*BP*7*EA*067*20260401"], "accepted", [ACCEPTED, LATER]),
        (["ACK*IB*3*EA*067*20260501", "DTM*010*20260101"], "backordered", [(Decimal(7), None, "open"), (Decimal(3), "2026-05-01", "open")]),
        (["ACK*BP*3*EA"], "backordered", [(Decimal(7), None, "open"), LATER]),
        (["ACK*IA*7*EA*067*20260401", "ACK*IB*3*EA"], "pairs", [ACCEPTED, LATER]),
        (["ACK*BP*7*EA*067*20260401", "ACK*IB*3*EA"], "pairs", [ACCEPTED, LATER]),
        (["ACK*IA*7*EA*067*20260401", "ACK*BP*3*EA"], "pairs", [ACCEPTED, LATER]),
        (["ACK*IA*7*EA*067*20260401", "ACK*IR*3*EA"], "pairs", [ACCEPTED, (Decimal(0), None, "cancelled")]),
    ],
)  # fmt: skip
def test_each_reading_of_a_backordered_quantity_adds_up_to_what_was_ordered(
    x12_rows: Rows, answers: list[str], reading: str, expected: list[tuple[Any, ...]]
) -> None:
    assert x12_rows(ack(LINE, *answers), backorder_quantity=reading) == expected


@pytest.mark.parametrize("answer", ["ACK*BP*7*EA", "ACK*IB*3*EA", "ACK*BP", "ACK*BP*10*EA", "ACK*IB*12*EA"])
def test_a_lone_backorder_that_could_be_read_in_two_ways_is_not_guessed(x12_rows: Rows, answer: str) -> None:
    assert "ACK02" in x12_rows(ack(LINE, answer))[0][0]


def test_quantities_in_another_unit_than_ordered_are_not_compared(x12_rows: Rows) -> None:
    assert x12_rows(ack("PO1*10*2*CS***BP*A1", "ACK*IA*24*EA*067*20260401")) == [(Decimal(24), "2026-04-01", "open")]


# --- dates of shipping -----------------------------------------------------------------------------------------------

SHIP: dict[str, Any] = {"dates": "ship", "inbound_transit_days": 5}


def test_a_schedule_is_slices_with_the_way_to_us_added(x12_frame: Callable[..., pl.DataFrame]) -> None:
    frame = x12_frame(ack(LINE, "SCH*4*EA***068*20260401", "SCH*6*EA***068*20260415"), **SHIP)
    assert frame.select("slice_no", "quantity", "eta_text").rows() == [(1, Decimal(4), "2026-04-06"), (2, Decimal(6), "2026-04-20")]


def test_a_delivery_date_counts_before_a_ship_date_and_nothing_is_added_to_it(x12_rows: Rows) -> None:
    rows = x12_rows(ack(LINE, "ACK*IA*10*EA*068*20260401", "DTM*067*20260403"), **SHIP)
    assert rows == [(Decimal(10), "2026-04-03", "open")]


def test_a_partner_may_mean_something_by_a_date_that_the_standard_leaves_open(x12_rows: Rows) -> None:
    answer = ack(LINE, "ACK*IA*10*EA*055*20260401")
    assert x12_rows(answer, date_qualifiers={"055": "delivery"}) == [(Decimal(10), "2026-04-01", "open")]
    assert x12_rows(answer, date_qualifiers={"055": "none"}) == [(Decimal(10), None, "open")]
    assert x12_rows(answer, date_qualifiers={"055": "ship"}, **SHIP) == [(Decimal(10), "2026-04-06", "open")]


# --- several messages, and the envelope ------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["~", "~\r\n", "\n", "\r\n", "\r", "!\n", "\x1c"])
@pytest.mark.parametrize("element", ["*", "|", "\x1d", "^"])
def test_any_separators_are_read_from_isa(x12_rows: Rows, end: str, element: str) -> None:
    assert x12_rows(ack(LINE, "ACK*IA*10*EA*067*20260401", end=end, element=element)) == [(Decimal(10), "2026-04-01", "open")]


def test_an_isa_without_its_padding_or_its_last_element_is_read(x12_rows: Rows) -> None:
    content = ack(LINE, "ACK*IA*10*EA*067*20260401")
    for broken in (content.replace("SENDER         ", "SENDER"), content.replace("*P*>~", "*P*~"), content.replace("*P*>~", "*P~")):
        assert x12_rows(broken) == [(Decimal(10), "2026-04-01", "open")]


def test_segments_may_be_broken_over_lines(x12_rows: Rows) -> None:
    content = ack(LINE, "ACK*IA*10*EA*067*20260401", end="~")
    wrapped = "\n".join(content[start : start + 80] for start in range(0, len(content), 80))
    assert x12_rows(wrapped) == [(Decimal(10), "2026-04-01", "open")]


def test_a_set_without_an_interchange_around_it_is_read(x12_rows: Rows) -> None:
    assert x12_rows(x12(x12_set("855", "BAK*00*AC*4500", LINE, "ACK*IA*10*EA*067*20260401"), header=False)) == [
        (Decimal(10), "2026-04-01", "open")
    ]


def test_two_interchanges_with_their_own_separators_are_read(x12_rows: Rows) -> None:
    first, second = ack(LINE, "ACK*IA*10*EA"), ack("PO1*20*5*EA***BP*B1", "ACK*IA*5*EA", end="!", element="|")
    assert [row[0] for row in x12_rows(first + second)] == [10, 5]


def test_a_message_without_its_end_keeps_its_last_line_back(x12_rows: Rows) -> None:
    content = ack(LINE, "ACK*IA*10*EA", "PO1*20*5*EA***BP*B1", "ACK*IA*5*EA")
    rows = x12_rows(content[: content.index("SE*")])
    assert rows[0] == (Decimal(10), None, "open")
    assert "PO 4500, line 20: the message ends without SE" in rows[1][0]


def test_a_file_that_ends_within_a_segment_does_not_take_half_a_quantity(x12_rows: Rows) -> None:
    content = ack(LINE, "ACK*IA*10*EA")
    assert "the file ends within segment" in x12_rows(content[: content.index("ACK*IA*10") + 8])[0][0]


def test_a_message_that_miscounts_is_read_unless_the_source_is_strict(x12_rows: Rows) -> None:
    content = ack(LINE, "ACK*IA*10*EA").replace("SE*5*", "SE*50*")
    assert x12_rows(content) == [(Decimal(10), None, "open")]
    assert "SE01 counts 50 segments, 5 are there" in x12_rows(content, strict_envelope=True)[0][0]


def test_sets_that_we_do_not_take_stand_in_quarantine_line_by_line_beside_those_that_we_do(x12_rows: Rows) -> None:
    change = x12_set("860", "BCH*01*CA*4500", "POC*1*CA*5*0*EA***BP*A1", "POC*2*CA*5*0*EA***BP*B1", control="0002")
    rows = x12_rows(x12(x12_set("855", "BAK*00*AC*4500", LINE, "ACK*IA"), change))
    assert rows[0] == (Decimal(10), None, "open")
    assert [row[0].partition(" is not taken")[0] for row in rows[1:]] == ["transaction set 860 (purchase order change of the buyer)"] * 2


def test_a_message_without_lines_stands_in_quarantine_beside_one_with_lines(x12_rows: Rows) -> None:
    rows = x12_rows(x12(x12_set("855", "BAK*00*RJ*4400"), x12_set("855", "BAK*00*AC*4500", LINE, "ACK*IA", control="0002")))
    assert "855 of PO 4400 has no lines (BAK02 RJ: rejected)" in rows[0][0]
    assert rows[1] == (Decimal(10), None, "open")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("UNA:+.? 'UNB+UNOC:3+A+B", 'expected X12, which begins with ISA, found "UNA:+.? \'UNB+UNOC:3+A+B"; is it format = "edifact"?'),
        ("supplier_id,po_number\n", "expected X12, which begins with ISA, found 'supplier_id,po_number"),
        ("ISA*00", "found none"),
    ],
)
def test_what_is_no_x12_is_rejected(x12_rows: Rows, content: str, words: str) -> None:
    with pytest.raises(FileRejected) as rejection:
        x12_rows(content)
    assert words in str(rejection.value)


def test_a_line_in_several_places_of_a_message_has_all_their_slices(x12_frame: Callable[..., pl.DataFrame]) -> None:
    frame = x12_frame(ack("PO1**4*EA***BP*A1", "ACK*IA*4*EA*067*20260401", "PO1**6*EA***BP*A1", "ACK*IA*6*EA*067*20260401"))
    assert frame.select("po_line", "slice_no", "quantity").rows() == [(None, 1, Decimal(4)), (None, 2, Decimal(6))]


def test_a_line_that_is_repeated_word_for_word_is_given_again(x12_frame: Callable[..., pl.DataFrame]) -> None:
    frame = x12_frame(ack(*(LINE, "ACK*IA*10*EA") * 2))
    assert frame["slice_no"].to_list() == [1, 1]


def test_a_later_message_of_the_same_time_states_a_line_anew(x12_frame: Callable[..., pl.DataFrame]) -> None:
    first = x12_set("855", "BAK*00*AC*4500", LINE, "SCH*4*EA***067*20260401", "SCH*6*EA***067*20260415")
    frame = x12_frame(x12(first, x12_set("855", "BAK*00*AC*4500", LINE, "ACK*IA*10*EA", control="0002")))
    # All three are slice 1: the row rules let the last one count.
    assert frame["slice_no"].to_list() == [1, 1, 1]


# --- 865, made here ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["POC*10*CA*10**EA***BP*A1", "ACK*DR*10*EA*067*20260401"], (Decimal(10), "2026-04-01", "open")),
        (["POC*10*DI*10**EA***BP*A1"], (Decimal(0), None, "cancelled")),
        (["POC*10*QD*8*8*EA***BP*A1", "DTM*067*20260401"], (Decimal(8), "2026-04-01", "open")),
    ],
)
def test_865_states_a_change_of_the_supplier(x12_rows: Rows, lines: list[str], expected: tuple[Any, ...]) -> None:
    assert x12_rows(x12(x12_set("865", "BCA*04*AC*4500*****S1**20260301", *lines, "CTT*1"))) == [expected]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("POC*10*QQ*10**EA***BP*A1", "POC02 'QQ' is no code that we know"),
        ("POC*10*QD*10*4*EA***BP*A1", "POC03 is '10' and POC04 '4'"),
    ],
)
def test_865_without_a_clear_change_is_not_understood(x12_rows: Rows, line: str, words: str) -> None:
    assert words in x12_rows(x12(x12_set("865", "BCA*04*AC*4500", line)))[0][0]


# --- 870, made here ---------------------------------------------------------------------------------------------------


def status_report(*segments: str) -> str:
    order = ("HL*1**O", "PRF*4500***20260201", "HL*2*1*I", LINE)
    return x12(x12_set("870", "BSR*3*PA*REF1*20260301", *order, *segments, "CTT*1"))


@pytest.mark.parametrize(
    ("segments", "settings", "expected"),
    [
        (["ISR*EX*20260401"], {}, [(Decimal(10), "2026-04-01", "open")]),
        (["ISR*EW*20260401"], SHIP, [(Decimal(10), "2026-W15", "open")]),
        (["ISR*ED*20260401"], SHIP, [(Decimal(10), "2026-04-06", "open")]),
        (["ISR*IN"], {}, [(Decimal(10), None, "open")]),
        (["ISR*CU"], {}, [(Decimal(0), None, "cancelled")]),
        (["ISR*BO", "DTM*067*20260501"], {}, [(Decimal(10), "2026-05-01", "open")]),
        (
            ["ISR*CC", "QTY*39*4", "DTM*017*20260310", "ISR*BO", "QTY*40*6", "DTM*067*20260501"],
            {},
            [(Decimal(4), "2026-03-10", "shipped"), (Decimal(6), "2026-05-01", "open")],
        ),
    ],
)
def test_870_says_what_became_of_a_line(x12_rows: Rows, segments: list[str], settings: dict[str, Any], expected: list[Any]) -> None:
    assert x12_rows(status_report(*segments), **settings) == expected


@pytest.mark.parametrize(
    ("segments", "words"),
    [
        (["ISR*QQ"], "PO 4500, line 10: ISR01 'QQ' is no code that we know"),
        (["ISR*EW*20260401"], "is when the goods leave"),
        (["ISR*BO*20260401"], "ISR02 after BO 'of BO'"),
        (["ISR*CC", "ISR*BO", "QTY*40*6"], "ISR01 CC has no quantity"),
        (["ISR*CP"], "ISR01 'CP' (partial shipment, no backorder"),
    ],
)
def test_870_that_is_not_clear_is_not_understood(x12_rows: Rows, segments: list[str], words: str) -> None:
    assert words in x12_rows(status_report(*segments))[0][0]


# --- 856 --------------------------------------------------------------------------------------------------------------


def notice(*segments: str, bsn: str = "BSN*00*S1*20260301*0815") -> str:
    return x12(x12_set("856", bsn, *segments, "CTT*1"))


def test_856_takes_its_order_and_its_date_from_the_levels_above(x12_frame: Callable[..., pl.DataFrame]) -> None:
    levels = ("HL*1**S", "DTM*011*20260301", "DTM*017*20260305", "HL*2*1*O", "PRF*4500", "HL*3*2*P", "MAN*GM*1", "HL*4*3*I")
    row = x12_frame(notice(*levels, "LIN*10*BP*A1*UP*0001", "SN1**4*EA")).row(0, named=True)
    assert [row[name] for name in ("po_number", "po_line", "sku", "quantity", "eta_text", "status")] == [
        "4500", "10", "A1", Decimal(4), "2026-03-05", "shipped"
    ]  # fmt: skip
    assert row["stated_at"] == datetime(2026, 3, 1, 8, 15)


def test_856_adds_up_the_packs_of_one_line(x12_frame: Callable[..., pl.DataFrame]) -> None:
    pack = ("HL*{0}*2*P", "HL*{1}*{0}*I", "LIN*10*BP*A1", "SN1**{2}*EA")
    packs = [segment.format(*numbers) for numbers in ((3, 4, 5), (5, 6, 7)) for segment in pack]
    frame = x12_frame(notice("HL*1**S", "HL*2*1*O", "PRF*4500", *packs))
    assert frame.select("slice_no", "quantity").rows() == [(1, Decimal(5)), (2, Decimal(7))]


@pytest.mark.parametrize(
    ("segments", "words"),
    [
        (["HL*3*2*I", "LIN**BP*A1"], "LIN is followed by no SN1"),
        (["HL*3*2*I", "SN1**4*EA"], "HL 3 has no LIN"),
        (["HL*3*9*I", "LIN**BP*A1", "SN1**4*EA"], "HL 3 says that it belongs to HL 9"),
        (["HL*3*2*I", "LIN**BP*A1", "SN1***EA"], "SN102 is empty"),
        (["HL*3*2*I", "LIN**BP*A1", "SN1**4*EA", "SN1**5*EA"], "LIN is followed by 2 SN1"),
        (["HL*3*2*I", "LIN**BP*A1", "SN1**4*EA*****QQ"], "SN108 'QQ' is no code that we know"),
        (["HL*3*2*I", "LIN**BP*A1", "SN1**4*EA*****IB"], "SN108 'IB' (backordered) with 4 shipped"),
    ],
)
def test_856_that_is_broken_says_where(x12_rows: Rows, segments: list[str], words: str) -> None:
    assert words in x12_rows(notice("HL*1**S", "HL*2*1*O", "PRF*4500", *segments))[0][0]


def test_856_without_levels_says_so(x12_rows: Rows) -> None:
    assert "LIN stands outside of any HL" in x12_rows(notice("TD5****FDEG", "LIN*1*BP*A1", "SN1*1*5*EA"))[0][0]


def test_856_that_cancels_an_earlier_one_is_for_a_person(x12_rows: Rows) -> None:
    content = notice("HL*1**S", "HL*2*1*O", "PRF*4500", "HL*3*2*I", "LIN**BP*A1", "SN1**4*EA", bsn="BSN*01*S1*20260301*0815")
    assert "BSN01 '01' (cancellation) takes an earlier notice back" in x12_rows(content)[0][0]


# --- 846, made here ---------------------------------------------------------------------------------------------------


def test_846_is_what_is_on_hand(x12_frame: Callable[..., pl.DataFrame]) -> None:
    content = x12(x12_set("846", "BIA*00*DD*R1*20260301", "LIN*1*BP*A1", "QTY*27*4*EA", "QTY*17*12*EA", "LIN*2*BP*B1", "QTY*33*3*CS"))
    frame = x12_frame(content, feed="inventory", mode="snapshot", units={"EA": 1, "CS": 12})
    assert frame.select("sku", "on_hand").rows() == [("A1", Decimal(12)), ("B1", Decimal(36))]
    assert "QTY03 'EA' is no unit that the source knows" in x12_frame(content, feed="inventory", mode="snapshot")["row_problem"][0]


def test_846_without_stock_or_for_another_feed_is_not_taken(x12_frame: Callable[..., pl.DataFrame]) -> None:
    content = x12(x12_set("846", "BIA*00*DD*R1*20260301", "LIN*1*BP*A1", "QTY*27*4*EA"))
    assert "QTY01 is 27; expected one of 17, 33" in x12_frame(content, feed="inventory")["row_problem"][0]
    with pytest.raises(FileRejected, match=r'846 \(inventory advice\) is not taken for supplier_etas.*feed = "inventory"'):
        x12_frame(content)
