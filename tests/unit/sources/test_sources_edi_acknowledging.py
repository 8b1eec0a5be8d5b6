"""Sources, EDI: functional acknowledgements answer each interchange once, with what became of each message (997, CONTRL)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tasks.errors import TellwhenError
from tasks.settings import SourceSettings
from tasks.sources.edi.acknowledging import acknowledge, require_folder
from tests.unit.sources.edi_messages import ack, edifact, message, x12, x12_set

NOW = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
LINE = "PO1*10*10*EA***BP*A1"
SET = ("BAK*00*AC*4500", LINE, "ACK*IA")


def answers(folder: Path, content: str, **settings: Any) -> list[list[str]]:
    """The segments of the answers to a file."""
    outbound = folder / "outbound"
    outbound.mkdir(exist_ok=True)
    path = folder / "in.edi"
    path.write_text(content, newline="")
    source = SourceSettings(
        **{"name": "acme", "feed": "supplier_etas", "format": "x12", "location": "x", "mode": "delta", "acknowledge": str(outbound)}
        | settings
    )
    return [written.read_text().replace("~", "").replace("'", "").splitlines() for written in acknowledge(source, path, NOW)]


def test_an_interchange_that_is_well_is_accepted_back_to_its_sender(tmp_path: Path) -> None:
    assert answers(tmp_path, ack(LINE, "ACK*IA")) == [
        [
            f"ISA*00*{'':10}*00*{'':10}*ZZ*{'RECEIVER':15}*ZZ*{'SENDER':15}*260302*0830*U*00401*000000007*0*P*>",
            "GS*FA*RECEIVER*SENDER*20260302*0830*7*X*004010",
            "ST*997*0001",
            "AK1*PR*7",
            "AK2*855*0001",
            "AK5*A",
            "AK9*A*1*1*1",
            "SE*6*0001",
            "GE*1*7",
            "IEA*1*000000007",
        ]
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (x12(x12_set("855", *SET), x12_set("860", "BCH*01*CA*1", control="0002")), ["AK5*A", "AK5*R*1", "AK9*P*2*2*1"]),
        (x12(x12_set("860", "BCH*01*CA*1")), ["AK5*R*1", "AK9*R*1*1*0"]),
        (ack(LINE).replace("SE*4*", "SE*40*"), ["AK5*E*4", "AK9*E*1*1*1"]),
        (ack(LINE).replace("SE*4*0001", "SE*4*0009"), ["AK5*E*3", "AK9*E*1*1*1"]),
        (ack(LINE).replace("SE*4*0001~\n", ""), ["AK5*E*2", "AK9*E*1*1*1"]),
        (ack(LINE).replace("GE*1*7", "GE*3*8"), ["AK5*A", "AK9*E*3*1*1*4*5"]),
        (ack(LINE).replace("GE*1*7~\n", ""), ["AK5*A", "AK9*E*1*1*1*3"]),
    ],
)
def test_997_says_what_became_of_each_set_and_of_the_group(tmp_path: Path, content: str, expected: list[str]) -> None:
    (segments,) = answers(tmp_path, content)
    assert [segment for segment in segments if segment.startswith(("AK5", "AK9"))] == expected
    inside = segments[segments.index("ST*997*0001") :]
    end = next(segment for segment in inside if segment.startswith("SE*"))
    assert end == f"SE*{inside.index(end) + 1}*0001"


def test_contrl_names_each_message_and_the_group(tmp_path: Path) -> None:
    one = message("ORDRSP", "BGM+231+R1+29", "RFF+ON:4500", "LIN+1+5+A1:IN", "QTY+21:10")
    content = edifact(one, message("DELFOR", "BGM+241+1", reference="2"), group=True)
    assert answers(tmp_path, content, format="edifact") == [
        [
            "UNB+UNOC:3+RECEIVER:14+SENDER:14+260302:0830+77",
            "UNH+1+CONTRL:D:3:UN",
            "UCI+77+SENDER:14+RECEIVER:14+7",
            "UCF+5+SENDER+RECEIVER+7",
            "UCM+1+ORDRSP:D:01B:UN+7",
            "UCM+2+DELFOR:D:01B:UN+4+17",
            "UNT+6+1",
            "UNZ+1+77",
        ]
    ]


def test_an_interchange_is_answered_once_in_whatever_file_it_comes(tmp_path: Path) -> None:
    content = ack(LINE, "ACK*IA")
    assert len(answers(tmp_path, content)) == 1
    assert answers(tmp_path, content) == []
    # The same control number with another content is another interchange.
    assert len(answers(tmp_path, ack(LINE, "ACK*IR"))) == 1


def test_an_acknowledgement_is_not_acknowledged(tmp_path: Path) -> None:
    assert answers(tmp_path, x12(x12_set("997", "AK1*PO*1", "AK9*A*1*1*1"))) == []


def test_what_is_no_interchange_is_not_answered(tmp_path: Path) -> None:
    assert answers(tmp_path, "supplier_id,po_number\n") == []
    assert answers(tmp_path, x12(x12_set("855", *SET), header=False)) == []


def test_without_being_asked_nothing_is_answered(tmp_path: Path) -> None:
    assert answers(tmp_path, ack(LINE), acknowledge=None) == []


def test_a_folder_that_cannot_be_written_is_known_before_anything_lands(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    source = SourceSettings(
        name="acme", feed="supplier_etas", format="x12", location="x", mode="delta", acknowledge=str(tmp_path / "file" / "outbound")
    )
    with pytest.raises(TellwhenError, match=r"source acme: .*outbound cannot be written: .*`acknowledge`"):
        require_folder(source)
