"""Real EDI: 23 files from the test suites of other projects, none written here. What must come out of each was read from the file by hand.

`rows` are what lands, `problems` what stands in quarantine, `refused` why nothing does. Dates of shipping are not taken unless it says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from tasks.errors import FileRejected
from tasks.settings import SourceSettings
from tasks.sources.reading import read_feed
from tests.pipeline.worlds import CUSTOMERS, ORDERS, Source, World, order

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "edi"
SHIP: dict[str, Any] = {"dates": "ship", "inbound_transit_days": 5}

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="needs ../shared/data/edi, which is not part of the project")

Row = tuple[str, str, str | None, str, int, str | None, str, str | None]


@dataclass(frozen=True)
class Expected:
    """What a file is to become: (supplier, PO, line, SKU, quantity, ETA, status, unit), words of each problem, words of the refusal."""

    rows: tuple[Row, ...] = ()
    problems: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


NO_PO = "no purchase order number is given"
LEAVES = "is when the goods leave, not when they come"
BAD_DATE = Expected(
    problems=tuple(f"PO {po}, line (none): DTM01 '011' (shipped) '200' is not a date" for po in ("9988776655",) * 2 + ("2288115555",) * 2)
)
AEROSPACE = ("123456789012345", "XX-1234")
FILES = {
    # Two lines accepted; no date but those of the order itself.
    "855__Stedi-Demos_bootstrap__855_inbound.edi": Expected(
        (
            ("ANOTHERMERCH", "365465413", "item-1", "ACM/8900-400", 8, None, "open", "EA"),
            ("ANOTHERMERCH", "365465413", "item-2", "ACM/1100-001", 4, None, "open", "EA"),
        )
    ),
    # The pairs of PO1 have slipped by one element, and so has the date of ACK: 010 (requested ship) is no ETA wherever it stands.
    "855__apimeister_x12-types__src_v005010__855_test.rs_0.edi": Expected(
        (("111111111", "801222", "1", "999999999999", 140, None, "open", None),)
    ),
    # Line breaks end its segments, one stands within ISA; no ACK, but the order is acknowledged and SCH has delivery dates (067).
    "855__kputnam_stupidedi__fail_2.edi": Expected(
        (
            ("SUPPLIER001", "8000000418", "1", "420525112", 2, "2006-08-17", "open", "DZN"),
            ("SUPPLIER001", "8000000418", "2", "221051", 6, "2006-08-17", "open", "BX"),
        )
    ),
    # The whole order is accepted (AT), its line stands there without ACK; the supplier is named in N1*SU.
    "855__kputnam_stupidedi__pass_1.edi": Expected((("SHRAA", "1D711419", "0001", "C000900237", 72, None, "open", "EA"),)),
    "855__kputnam_stupidedi__pass_basic-po-ack-accepted.edi": Expected(refused=("855 of PO XX-1234 has no lines", "AT: accepted")),
    "855__kputnam_stupidedi__pass_basic-po-ack-rejected.edi": Expected(refused=("855 of PO XX-1234 has no lines", "RJ: rejected")),
    # Line 1 has four answers, one of them a substitute; its date is a 106 (required by).
    "855__kputnam_stupidedi__pass_po-ack-minor-changes.edi": Expected(
        (
            (*AEROSPACE, "2", "LL-5678", 75, None, "open", "EA"),
            (*AEROSPACE, "3", "AB123-2", 0, None, "cancelled", "EA"),
        ),
        ("PO XX-1234, line 1: ACK01 'IS'",),
    ),
    "855__kputnam_stupidedi__pass_po-ack-ship-details.edi": Expected(problems=("SCH05 '068' (current schedule ship)",) * 3),
    "855__xlate_staedi__issue590_multi-tx-transaction-type.edi": Expected(
        refused=("855 of PO ORDER1 has no lines", "855 of PO ORDER2")
    ),
    "856__apimeister_x12-types__src_v004010_test_856.rs_0.edi": Expected(refused=("856 0001 has no lines",)),
    "856__apimeister_x12-types__src_v004010_test_856.rs_1.edi": Expected(problems=("DTM01 '011' (shipped) '20231014' " + LEAVES,)),
    # The date of shipping is "200".
    "856__apimeister_x12-types__src_v004010_test_856.rs_2.edi": BAD_DATE,
    "856__apimeister_x12-types__src_v004010_test_856.rs_3.edi": Expected(problems=(NO_PO,)),
    "856__apimeister_x12-types__src_v004010_test_856.rs_4.edi": Expected(problems=(NO_PO,)),
    "856__apimeister_x12-types__src_v004010_test_856.rs_5.edi": Expected(problems=(NO_PO,) * 2),
    "856__apimeister_x12-types__src_v004010_test_856.rs_6.edi": BAD_DATE,
    "856__apimeister_x12-types__src_v004010_test_856.rs_7.edi": Expected(
        problems=("PO DR3469500, line 001: DTM01 '011' (shipped) '20070919'",)
    ),
    # Six items in two sets, none with PRF; the packs below them are no lines.
    "856__kputnam_stupidedi__fail_1.edi": Expected(problems=(NO_PO,) * 6),
    # Wrong terminators swallow the HL of the order.
    "856__kputnam_stupidedi__fail_2.edi": Expected(problems=("HL 3 says that it belongs to HL 2, which is not there",)),
    "860__kputnam_stupidedi__fail_1.edi": Expected(refused=("transaction set 860 (purchase order change of the buyer) is not taken",)),
    "DELFOR__indice-co_EDI.Net__Samples_edifact.Issue196.edi": Expected(
        refused=("message DELFOR (delivery schedule of the buyer) is not taken",)
    ),
    # An order response of the energy market: a stock quantity (145), and an item number of its own list (Z01).
    "ORDRSP__indice-co_EDI.Net__Samples_edifact.ORDRSP-formatted.edi": Expected(problems=("PO 00001672, line 1: LIN has no item number", )),
    "ORDRSP__indice-co_EDI.Net__Samples_edifact.ORDRSP.edi": Expected(problems=("PO 00001672, line 1: LIN has no item number", )),
}  # fmt: skip
# The same with dates = "ship" and five days on the way, where that makes a difference.
WITH_SHIP_DATES = {
    "855__kputnam_stupidedi__pass_po-ack-ship-details.edi": Expected(
        (
            (*AEROSPACE, "1", "XX-1234", 12, "2017-05-06", "open", "EA"),
            (*AEROSPACE, "1", "XX-1234", 13, "2017-05-20", "open", "EA"),
            (*AEROSPACE, "2", "LL-5678", 25, "2017-05-20", "open", "EA"),
            (*AEROSPACE, "2", "LL-5678", 25, "2017-06-20", "open", "EA"),
            (*AEROSPACE, "2", "LL-5678", 25, "2017-07-20", "open", "EA"),
            (*AEROSPACE, "3", "AB123-2", 36, "2017-05-20", "open", "EA"),
            (*AEROSPACE, "3", "AB123-2", 12, "2017-06-04", "open", "EA"),
        )
    ),
    "856__apimeister_x12-types__src_v004010_test_856.rs_1.edi": Expected(
        (("SENDER", "0123456789", None, "PRODUCT2", 24, "2023-10-19", "shipped", "EA"),)
    ),
    "856__apimeister_x12-types__src_v004010_test_856.rs_7.edi": Expected(
        (("7777777777", "DR3469500", "001", "25901", 2, "2007-09-24", "shipped", "EA"),)
    ),
}


def frame_of(name: str, **settings: Any) -> pl.DataFrame:
    form = "x12" if name[0] == "8" else "edifact"
    source = SourceSettings(name="partner", feed="supplier_etas", format=form, location="inbox/*", mode="delta", **settings)
    return pl.concat(read_feed(source, FOLDER / name, ZoneInfo("UTC")))


def found_in(frame: pl.DataFrame) -> tuple[list[Row], list[str]]:
    columns = ["supplier_id", "po_number", "po_line", "sku", "quantity", "eta_text", "status", "unit"]
    good = frame.filter(pl.col("row_problem").is_null())
    return good.select(columns).rows(), frame["row_problem"].drop_nulls().to_list()


def check(name: str, expected: Expected, **settings: Any) -> None:
    rows, problems = found_in(frame_of(name, **settings))
    assert rows == [(*row[:4], Decimal(row[4]), *row[5:]) for row in expected.rows]
    assert len(problems) == len(expected.problems)
    assert all(words in problem for words, problem in zip(expected.problems, problems, strict=True)), problems


def test_every_file_has_its_expectation() -> None:
    assert set(FILES) == {path.name for path in FOLDER.glob("*.edi")}


@pytest.mark.parametrize("name", [name for name, expected in FILES.items() if not expected.refused])
def test_every_line_of_a_file_comes_out_as_it_says_or_says_why_not(name: str) -> None:
    check(name, FILES[name])


@pytest.mark.parametrize("name", WITH_SHIP_DATES)
def test_where_ship_dates_are_taken_the_way_to_us_is_added(name: str) -> None:
    check(name, WITH_SHIP_DATES[name], **SHIP)


@pytest.mark.parametrize("name", [name for name, expected in FILES.items() if expected.refused])
def test_a_file_without_a_line_that_we_take_is_refused_by_name(name: str) -> None:
    with pytest.raises(FileRejected) as refusal:
        frame_of(name)
    assert all(words in str(refusal.value) for words in (name, *FILES[name].refused)), refusal.value


def test_in_a_run_every_line_has_landed_or_stands_in_quarantine(tmp_path: Path) -> None:
    """One source takes all files of a syntax; what was ordered in dozens and boxes is counted in pieces."""
    keys = 'units = { EA = 1, PC = 1, DZN = 12, BX = 50, PCS = 1 }\nacknowledge = "outbound"\n'
    x12 = Source("x12", "supplier_etas", "delta", "x12", f"{FOLDER}/8*.edi", keys)
    edifact = Source("edifact", "supplier_etas", "delta", "edifact", f"{FOLDER}/[DO]*.edi", keys + "required = false\n")
    world = World(tmp_path, (x12, edifact, ORDERS, CUSTOMERS))
    world.put("orders", order("O1"))
    world.run(date(2007, 1, 1))
    fates = {Path(row["path"]).name: row for row in world.rows("select * from source_files where source in ('x12', 'edifact')")}
    for name, expected in FILES.items():
        assert fates[name]["status"] == ("rejected" if expected.refused else "landed"), fates[name]["reason"]
        assert fates[name]["rows_landed"] + fates[name]["rows_quarantined"] == len(expected.rows) + len(expected.problems)
    in_pieces = world.values("select po_line, quantity, eta_latest_on from supplier_eta_history where po_number = '8000000418' order by 1")
    assert in_pieces == [("1", 24, date(2006, 8, 17)), ("2", 300, date(2006, 8, 17))]
    # Two of the twenty files hold the same interchange, which is answered once.
    assert len(list((tmp_path / "outbound").glob("*.997"))) == 19
    assert len(list((tmp_path / "outbound").glob("*.contrl"))) == 3
