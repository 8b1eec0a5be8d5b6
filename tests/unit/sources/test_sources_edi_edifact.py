"""Sources, EDI: what suppliers say in EDIFACT. Real files are in tests/real_data/test_edi.py.

The messages are made here from the published descriptions of ORDRSP, DESADV and OSTRPT (D.01B; EANCOM's codes for STS): of the real files
two are ORDRSP, of a market of its own, and none DESADV or OSTRPT.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from tasks.errors import FileRejected
from tasks.sources.edi.periods import edifact_period
from tests.unit.sources.conftest import Read
from tests.unit.sources.edi_messages import edifact, message, ordrsp

Frame = Callable[..., pl.DataFrame]
Rows = Callable[..., list[tuple[Any, ...]]]
LINE = ("LIN+10+5+4012345678901:SRV", "PIA+5+A1:IN", "QTY+21:10:PCE")


@pytest.fixture
def frame(read: Read) -> Frame:
    return lambda content, **settings: read(content, "f.edi", **{"format": "edifact", "mode": "delta"} | settings)


@pytest.fixture
def rows(frame: Frame) -> Rows:
    """Quantity, ETA, status of each row; a row with a problem is that sentence alone."""
    return lambda content, **settings: [
        (row["row_problem"],) if row["row_problem"] else (row["quantity"], row["eta_text"], row["status"])
        for row in frame(content, **settings).iter_rows(named=True)
    ]


def test_a_line_is_keyed_as_it_came_and_stated_when_the_message_was_written(frame: Frame) -> None:
    row = frame(ordrsp(*LINE, "DTM+67:20260401:102")).row(0, named=True)
    assert [row[name] for name in ("supplier_id", "po_number", "po_line", "sku", "unit", "eta_text")] == [
        "ACME", "4500", "10", "A1", "PCE", "2026-04-01"
    ]  # fmt: skip
    assert row["stated_at"] == datetime(2026, 3, 1, 14, 30)


def test_a_line_that_refers_to_our_order_is_that_line_of_it(frame: Frame) -> None:
    row = frame(ordrsp("LIN+1+5", "PIA+5+A1:BP", "QTY+113:10", "RFF+ON:4600:30")).row(0, named=True)
    assert (row["po_number"], row["po_line"]) == ("4600", "30")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (["LIN+10+5+A1:IN", "QTY+21:10"], [(10, None, "open")]),
        (["LIN+10+5+A1:IN", "QTY+21:10", "DTM+69:20260401:102"], [(10, "2026-04-01", "open")]),
        (["LIN+10+5+A1:IN", "QTY+21:10", "DTM+2:20260401:102"], [(10, None, "open")]),
        (["LIN+10+5+A1:IN", "QTY+21:10", "DTM+66:20260401:102", "DTM+68:20260401:102"], [(10, None, "open")]),
        (["LIN+10+5+A1:IN", "QTY+21:10", "DTM+67:202614:616"], [(10, "2026-W14", "open")]),
        (["LIN+10+3+A1:IN", "QTY+21:10", "QTY+113:8", "DTM+67:202604:610"], [(8, "2026-04", "open")]),
        (["LIN+10+7+A1:IN", "QTY+21:10"], [(0, None, "cancelled")]),
        (["LIN+10+2+A1:IN"], [(0, None, "cancelled")]),
        (["LIN+10+5+A1:IN", "QTY+21:10", "QTY+83:3", "DTM+67:20260401:102"], [(7, "2026-04-01", "open"), (3, None, "open")]),
        (["LIN+10+5+A1:IN", "QTY+21:10", "QTY+83:10", "DTM+67:20260401:102"], [(10, "2026-04-01", "open")]),
        (["LIN+10+5+A1:IN", "QTY+21:10,5"], [("10.5", None, "open")]),
        (
            ["LIN+10+5+A1:IN", "QTY+21:10", "SCC+1", "QTY+113:4", "DTM+67:20260401:102", "SCC+1", "QTY+113:6", "DTM+67:20260501:102"],
            [(4, "2026-04-01", "open"), (6, "2026-05-01", "open")],
        ),
        (
            ["LIN+10+5+A1:IN", "QTY+21:10", "QTY+11:4", "DTM+67:20260401:102", "QTY+11:6", "DTM+67:20260501:102"],
            [(4, "2026-04-01", "open"), (6, "2026-05-01", "open")],
        ),
    ],
)  # fmt: skip
def test_an_order_response_is_its_action_its_quantities_and_its_dates(rows: Rows, line: list[str], expected: list[Any]) -> None:
    assert rows(ordrsp(*line)) == [(Decimal(quantity), *more) for quantity, *more in expected]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (["LIN+10+99+A1:IN", "QTY+21:10"], "PO 4500, line 10: LIN 1229 '99' is no code that we know; expected one of 1, 2, 3"),
        (["LIN+10+23+A1:IN", "QTY+21:10"], "LIN 1229 '23' (amendment proposed"),
        (["LIN+10+5+A1:IN", "QTY+145:10"], "QTY is 145; expected a quantity with one of 113"),
        (["LIN+10+5+A1:IN", "QTY+21:10", "QTY+113:8"], "QTY accounts for 8, ordered are 10"),
        (["LIN+10+5+A1:Z01", "QTY+21:10"], "LIN has no item number that is ours; found Z01"),
        (["LIN+10+5+A1:IN", "QTY+21:10", "DTM+79:20260401:102"], "DTM '79' (shipment promised for) '20260401' is when the goods leave"),
        (["LIN+10+5+A1:IN", "QTY+21:10", "DTM+67:20260401:999"], "DTM '67' (delivery, current schedule) '20260401' is not a date"),
        (["LIN+10+5+A1:IN", "QTY+21:10", "DTM+65:20260401:102"], "which may have been overtaken"),
        (["LIN+10+5+A1:IN", "QTY+21:10", "QVR+2:21+QQ"], "QVR 4221 'QQ' is no code that we know"),
        (["LIN+10+5+A1:IN", "QTY+21:10", "SCC+1", "QTY+113:4", "SCC+1", "QTY+113:5"], "SCC divides 9 into dates"),
        (["LIN+10+5+A1:IN", "QTY+21:10", "SCC+1", "DTM+67:20260401:102"], "SCC+1 has no quantity of its own"),
    ],
)
def test_what_is_not_understood_says_which_element_and_what_was_expected(rows: Rows, line: list[str], words: str) -> None:
    (row,) = rows(ordrsp(*line))
    assert words in row[0]


@pytest.mark.parametrize(
    ("bgm", "line", "expected"),
    [
        ("BGM+231+R1+29", ["LIN+10++A1:IN", "QTY+21:10"], (Decimal(10), None, "open")),
        ("BGM+231+R1+27", ["LIN+10++A1:IN", "QTY+21:10"], (Decimal(0), None, "cancelled")),
        ("BGM+231+R1+9+RE", ["LIN+10++A1:IN", "QTY+21:10"], (Decimal(0), None, "cancelled")),
        ("BGM+231+R1+9", ["LIN+10++A1:IN", "QTY+113:10"], (Decimal(10), None, "open")),
        ("BGM+231+R1+9", ["LIN+10++A1:IN", "QTY+21:10", "DTM+67:20260401:102"], (Decimal(10), "2026-04-01", "open")),
    ],
)
def test_a_line_without_an_action_was_told_what_the_order_was_told(
    rows: Rows, bgm: str, line: list[str], expected: tuple[Any, ...]
) -> None:
    assert rows(ordrsp(*line, bgm=bgm)) == [expected]


def test_a_line_of_which_nothing_is_said_is_not_taken_for_accepted(rows: Rows) -> None:
    assert "nothing says whether the line is accepted" in rows(ordrsp("LIN+10++A1:IN", "QTY+21:10", bgm="BGM+231+R1+9"))[0][0]
    assert "BGM 1225 '1' (cancellation)" in rows(ordrsp(*LINE, bgm="BGM+231+R1+1"))[0][0]


def test_free_text_is_the_reason(frame: Frame) -> None:
    assert frame(ordrsp(*LINE, "FTX+AAI+++Mill is:flooded"))["reason"].to_list() == ["accepted without amendment; Mill is flooded"]


# --- syntax ----------------------------------------------------------------------------------------------------------


def test_released_characters_are_text(frame: Frame) -> None:
    row = frame(ordrsp("LIN+1?+0+5+A?:1??:IN", "QTY+113:10", "FTX+AAI+++it?'s late")).row(0, named=True)
    assert (row["po_line"], row["sku"]) == ("1+0", "A:1?")
    assert row["reason"].endswith("it's late")


def test_una_names_other_separators(rows: Rows) -> None:
    content = ordrsp(*LINE, "DTM+67:20260401:102", una="")
    other = content.replace(":", "\x1f").replace("+", "\x1d").replace("'", "\x1c")
    assert rows("UNA\x1f\x1d.? \x1c" + other) == rows(content) == [(Decimal(10), "2026-04-01", "open")]


@pytest.mark.parametrize("una", ["", "UNA:+.? '", "UNA:+,? '\r\n", "UNA:+.?'", "UNA:+.?'\n"])
@pytest.mark.parametrize("end", ["'", "'\r\n", "'\n    "])
def test_una_may_be_missing_and_segments_may_stand_on_lines_of_their_own(rows: Rows, una: str, end: str) -> None:
    assert rows(una + ordrsp(*LINE, una="").replace("'", end)) == [(Decimal(10), None, "open")]


def test_groups_and_several_messages_are_read(rows: Rows) -> None:
    one = message("ORDRSP", "BGM+231+R1+29", "RFF+ON:4500", *LINE)
    two = message("ORDRSP", "BGM+231+R2+29", "RFF+ON:4600", *LINE, reference="2")
    assert len(rows(edifact(one, two, group=True))) == 2


@pytest.mark.parametrize(
    ("encode", "syntax"),
    [("utf-8", "UNOC:3"), ("latin-1", "UNOC:3"), ("iso8859-2", "UNOD:3"), ("utf-8", "UNOY:4"), ("utf-8-sig", "UNOC:3")],
)
def test_texts_are_in_the_character_set_that_unb_names_unless_they_are_utf_8(frame: Frame, encode: str, syntax: str) -> None:
    content = ordrsp(*LINE, "FTX+AAI+++Größe Ä", syntax=syntax).encode(encode)
    assert frame(content)["reason"][0].endswith("Größe Ä")


def test_messages_that_we_do_not_take_are_refused_by_name(rows: Rows) -> None:
    with pytest.raises(FileRejected, match=r"message INVRPT \(inventory report\) is not taken .* expected ORDRSP, DESADV, OSTRPT"):
        rows(edifact(message("INVRPT", "BGM+35+1", "LIN+1++A1:IN", "QTY+145:4")))
    with pytest.raises(FileRejected, match=r"expected EDIFACT, which begins with UNA or UNB, found .*; is it format = "):
        rows("ISA*00*          *00*")


@pytest.mark.parametrize(
    ("text", "form", "expected"),
    [
        ("20260401", "102", "2026-04-01"),
        ("260401", "101", "2026-04-01"),
        ("010426", "2", "2026-04-01"),
        ("202604011430", "203", "2026-04-01"),
        ("202604011430EST", "303", "2026-04-01"),
        ("202604", "610", "2026-04"),
        ("202614", "616", "2026-W14"),
        ("2614", "615", "2026-W14"),
        ("20260330-20260403", "718", "2026-W14"),
        ("2026040120260428", "718", "2026-04"),
        ("2026040120260510", "718", "2026-05-10"),
        ("20260401", "", None),
        ("20260401", "203", None),
        ("20260229", "102", None),
        ("202654", "616", None),
        ("202613", "610", None),
        ("20260403-20260330", "718", None),
        ("3", "804", None),
    ],
)
def test_a_date_is_as_exact_as_its_format(text: str, form: str, expected: str | None) -> None:
    period = edifact_period(text, form)
    assert (period and period.text) == expected


# --- DESADV and OSTRPT -----------------------------------------------------------------------------------------------


def despatch(*lines: str) -> str:
    header = ("BGM+351+D1+9", "DTM+137:20260301:102", "DTM+11:20260301:102", "DTM+17:20260305:102", "RFF+ON:4500")
    return edifact(message("DESADV", *header, "CPS+1", *lines))


def test_desadv_is_on_its_way_and_its_packs_add_up(frame: Frame) -> None:
    made = frame(despatch("LIN+10++A1:IN", "QTY+12:6:PCE", "QTY+21:10:PCE", "CPS+2+1", "PAC+1", "LIN+10++A1:IN", "QTY+12:4:PCE"))
    assert made.select("slice_no", "quantity", "eta_text", "status").rows() == [
        (1, Decimal(6), "2026-03-05", "shipped"), (2, Decimal(4), "2026-03-05", "shipped")
    ]  # fmt: skip


def test_desadv_without_a_despatched_quantity_is_not_understood(rows: Rows) -> None:
    assert "QTY is 21; expected a quantity with one of 12" in rows(despatch("LIN+10++A1:IN", "QTY+21:10:PCE"))[0][0]


def report(*lines: str) -> str:
    return edifact(message("OSTRPT", "BGM+348+S1+9", "DTM+137:20260301:102", "DOC+220+4500", "LIN+10++A1:IN", *lines))


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["STS+2+31E", "QTY+21:10", "DTM+67:20260401:102"], [(10, "2026-04-01", "open")]),
        (["QTY+21:10", "STS+2+40E", "DTM+67:20260401:102"], [(10, None, "open")]),
        (["STS+2+25E", "QTY+21:10"], [(0, None, "cancelled")]),
        (
            ["STS+2+27", "QTY+12:4", "DTM+17:20260305:102", "STS+2+31E", "QTY+73:6", "DTM+67:20260401:102"],
            [(4, "2026-03-05", "shipped"), (6, "2026-04-01", "open")],
        ),
    ],
)
def test_ostrpt_says_what_became_of_a_line(rows: Rows, lines: list[str], expected: list[Any]) -> None:
    assert rows(report(*lines)) == [(Decimal(quantity), *more) for quantity, *more in expected]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["STS+2+99", "QTY+21:10"], "PO 4500, line 10: STS 9011 '99' is no code that we know"),
        (["QTY+21:10"], "nothing says what became of the line; expected STS"),
        (["STS+2+27"], "QTY is none"),
    ],
)
def test_ostrpt_that_is_not_clear_is_not_understood(rows: Rows, lines: list[str], words: str) -> None:
    assert words in rows(report(*lines))[0][0]
