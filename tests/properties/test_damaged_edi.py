"""EDI that was damaged on its way: whatever is cut, lost, repeated or swapped, a file is read or rejected, and every line is accounted for.

In: sound interchanges of every kind that we take, and the real files where they are there. Out: no error but FileRejected; no date that the
damaged text does not hold; as many rows, at least, as there are lines in it by a plain count.
"""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.errors import FileRejected
from tasks.settings import SourceSettings
from tasks.sources.reading import read_feed
from tests.unit.sources.edi_messages import ack, edifact, message, ordrsp, x12, x12_set

REAL = Path(__file__).parents[3] / "shared" / "data" / "edi"
LINES = (
    "PO1*10*10*EA***BP*A1",
    "ACK*IA*7*EA*067*20260401",
    "ACK*IB*3*EA",
    "PO1*20*5*EA***BP*B1",
    "SCH*2*EA***067*20260401",
    "SCH*3*EA***069*20260501",
)
HIERARCHY = (
    "HL*1**S",
    "DTM*017*20260305",
    "HL*2*1*O",
    "PRF*4500",
    "HL*3*2*I",
    "LIN*1*BP*A1",
    "SN1**4*EA",
    "HL*4*2*I",
    "LIN*2*BP*B1",
    "SN1**6*EA",
)
STATUS = ("HL*1**O", "PRF*4500", "HL*2*1*I", "PO1*10*10*EA***BP*A1", "ISR*EX*20260401", "HL*3*1*I", "PO1*20*5*EA***BP*B1", "ISR*CU")
EDIFACT_LINES = (
    "LIN+10+5+A1:IN",
    "QTY+21:10",
    "DTM+67:20260401:102",
    "LIN+20+3+B1:IN",
    "QTY+113:4",
    "SCC+1",
    "QTY+113:4",
    "DTM+67:202614:616",
)
DESPATCH = ("BGM+351+D1", "DTM+17:20260305:102", "RFF+ON:4500", "CPS+1", "LIN+1++A1:IN", "QTY+12:6", "UNS+S")
SOUND = {
    "855": ack(*LINES, "CTT*2"),
    "865": x12(x12_set("865", "BCA*04*AC*4500", "POC*10*CA*10**EA***BP*A1", "ACK*DR*10*EA*067*20260401", "POC*20*DI*5**EA***BP*B1")),
    "870": x12(x12_set("870", "BSR*3*PA*R*20260301", *STATUS, "CTT*2")),
    "856": x12(x12_set("856", "BSN*00*S1*20260301*0815", *HIERARCHY, "CTT*2")),
    "mixed": x12(x12_set("855", "BAK*00*AC*4500", *LINES), x12_set("860", "BCH*01*CA*1", "POC*1*CA*5*0*EA", control="0002")),
    "ORDRSP": ordrsp(*EDIFACT_LINES),
    "DESADV": edifact(message("DESADV", *DESPATCH), group=True),
    "OSTRPT": edifact(message("OSTRPT", "BGM+348+S1", "DOC+220+4500", "LIN+10++A1:IN", "STS+2+31E", "QTY+21:10", "DTM+67:20260401:102")),
}  # fmt: skip
TEXTS = [*SOUND.values(), *(path.read_text("utf-8-sig") for path in sorted(REAL.glob("*.edi")))]


def read(text: str) -> pl.DataFrame | None:
    """The rows of a text; None where it is rejected."""
    form = "edifact" if text.lstrip().startswith(("UN", "?")) else "x12"
    source = SourceSettings(name="partner", feed="supplier_etas", format=form, location="x", mode="delta")
    with TemporaryDirectory() as folder:
        path = Path(folder) / "in.edi"
        path.write_bytes(text.encode("utf-8", "replace"))
        try:
            return pl.concat(read_feed(source, path, ZoneInfo("UTC")))
        except FileRejected as rejection:
            assert str(rejection)
            return None


def check_dates(frame: pl.DataFrame, text: str) -> None:
    """Each day stands in the text, as X12 or EDIFACT write it."""
    digits = re.sub(r"\s", "", text)
    for eta in frame["eta_text"].drop_nulls():
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", eta):
            assert eta.replace("-", "") in digits or eta.replace("-", "")[2:] in digits


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(TEXTS), st.data())
def test_damaged_letters_never_make_an_error_or_a_date(text: str, data: st.DataObject) -> None:
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        length = data.draw(st.integers(0, 40))
        text = text[:start] + data.draw(st.sampled_from(["", "", "*", "~", "'", "+", ":", "?", "\n", "Z", "9"])) + text[start + length :]
    if text.strip():
        frame = read(text)
        if frame is not None:
            check_dates(frame, text)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(SOUND)), st.data())
def test_lost_repeated_and_swapped_segments_leave_every_line_accounted_for(name: str, data: st.DataObject) -> None:
    is_x12 = SOUND[name].startswith("ISA")
    end = "~\n" if is_x12 else "'"
    opening, *segments = SOUND[name].removeprefix("UNA:+.? '").removesuffix(end).split(end)
    for _ in range(data.draw(st.integers(1, 4))):
        place, other = data.draw(st.integers(0, len(segments) - 1)), data.draw(st.integers(0, len(segments) - 1))
        damage = data.draw(st.sampled_from(["lose", "repeat", "swap", "cut"]))
        if damage == "lose" and len(segments) > 1:
            del segments[place]
        elif damage == "repeat":
            segments.insert(other, segments[place])
        elif damage == "swap":
            segments[place], segments[other] = segments[other], segments[place]
        elif damage == "cut" and place:
            del segments[place:]
    frame = read(end.join([opening, *segments]) + end)
    if frame is not None:
        # Which tags begin a line depends on the message; the least that any of them can be is counted.
        tag = {"855": "PO1", "mixed": "PO1", "865": "POC", "870": "PO1", "856": "LIN"}.get(name, "LIN")
        assert len(frame) >= sum(segment.startswith(tag) for segment in segments)
        check_dates(frame, end.join(segments))
