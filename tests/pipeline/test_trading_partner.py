"""An independent trading partner (mock-edi) gets our purchase order: its answer lands, and it finds our acknowledgement in order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from mockedi.testing import Mock  # type: ignore[import-untyped]

from tests.pipeline.worlds import CUSTOMERS, ORDERS, Source, World, order

X12_ORDER = (
    "ISA*00*          *00*          *ZZ*ACME           *ZZ*MOCKEDI        *260302*0705*U*00401*000000077*0*P*>~"
    "GS*PO*ACME*MOCKEDI*20260302*0705*77*X*004010~ST*850*0001~BEG*00*NE*4500000042**20260302~"
    "PO1*1*100*EA*12.5**VP*WIDGET-001~PO1*2*40*EA*3**VP*NOT-A-PART~CTT*2~SE*6*0001~GE*1*77~IEA*1*000000077~"
)
EDIFACT_ORDER = (
    "UNA:+.? 'UNB+UNOC:3+EURODIS:14+MOCKEDI:14+260302:0705+977'UNH+1+ORDERS:D:96A:UN'BGM+220+4500000042+9'DTM+137:20260302:102'"
    "NAD+BY+EURODIS::9'NAD+SU+MOCKEDI::9'LIN+1++WIDGET-001:SA'QTY+21:100:PCE'PRI+AAA:12.5'"
    "LIN+2++NOT-A-PART:SA'QTY+21:40:PCE'PRI+AAA:3'UNS+S'CNT+2:2'UNT+14+1'UNZ+1+977'"
)
PARTNERS = [("ACME", "x12", X12_ORDER), ("EURODIS", "edifact", EDIFACT_ORDER)]


@pytest.fixture
def partner() -> Iterator[Mock]:
    with Mock.start() as mock:
        yield mock


def landed(folder: Path, form: str, answer: str) -> tuple[World, list[tuple[Any, ...]]]:
    """What our world knows of the order after a run on the partner's answer."""
    keys = 'units = { EA = 1, PCE = 1 }\nsku_qualifiers = ["VP", "SA"]\nacknowledge = "outbound"\n'
    world = World(folder, (Source("partner", "supplier_etas", "delta", form, keys=keys), ORDERS, CUSTOMERS))
    world.put("orders", order("O1"))
    (folder / "inbox" / "partner").mkdir(parents=True)
    (folder / "inbox" / "partner" / "answer.edi").write_text(answer, newline="")
    world.run(datetime.now(UTC).date())
    columns = "po_number, po_line, sku, quantity, eta_latest_on, status"
    return world, world.values(f"select {columns} from supplier_eta_history order by po_line, slice_no")


@pytest.mark.parametrize(("name", "form", "sent"), PARTNERS, ids=["X12", "EDIFACT"])
def test_a_purchase_order_comes_back_as_an_answer_that_lands(partner: Mock, tmp_path: Path, name: str, form: str, sent: str) -> None:
    assert partner.send(sent)["accepted"]
    answer = partner.document(partner=name, kind="response").payload
    world, lines = landed(tmp_path, form, answer)
    assert world.values("select rows_quarantined from source_files where source = 'partner'") == [0]
    good, refused = lines
    assert good[:4] == ("4500000042", "1", "WIDGET-001", Decimal(100))
    assert good[4].strftime("%Y%m%d") in answer
    assert good[5] == "open"
    # In EDIFACT what is not in its catalogue is backordered to our partner, in words that become the reason.
    assert refused[3:] == ((Decimal(0), None, "cancelled") if form == "x12" else (Decimal(40), None, "open"))
    assert world.values("select count(*) from supplier_eta_history where reason like '%NOT-A-PART is not in the catalogue'") == [1]


@pytest.mark.parametrize(("name", "form", "sent"), PARTNERS, ids=["X12", "EDIFACT"])
def test_what_we_answer_is_in_order_as_the_partner_sees_it(partner: Mock, tmp_path: Path, name: str, form: str, sent: str) -> None:
    partner.send(sent)
    landed(tmp_path, form, partner.document(partner=name, kind="response").payload)
    (answer,) = (tmp_path / "outbound").iterdir()
    assert all(finding.endswith(": accepted") for finding in partner.findings(answer.read_text()))
