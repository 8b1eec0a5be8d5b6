"""Interchanges for tests, made here from the published descriptions of the standards: X12 004010 and UN/EDIFACT D.01B.

In: the segments of messages. Out: whole interchanges as text; the envelope's counts are right.
"""

from __future__ import annotations

from collections.abc import Sequence

GROUP_OF = {"855": "PR", "865": "CA", "870": "RS", "856": "SH", "846": "IB", "860": "PC"}


def x12_set(kind: str, *segments: str, control: str = "0001") -> list[str]:
    """A transaction set."""
    return [f"ST*{kind}*{control}", *segments, f"SE*{len(segments) + 2}*{control}"]


def x12(*sets: Sequence[str], end: str = "~\n", element: str = "*", header: bool = True) -> str:
    """An interchange of transaction sets, in one group."""
    kind = sets[0][0].split("*")[1] if sets and sets[0] else "855"
    isa = f"ISA*00*{'':10}*00*{'':10}*ZZ*{'SENDER':15}*ZZ*{'RECEIVER':15}*260302*0705*U*00401*000000007*0*P*>"
    group = f"GS*{GROUP_OF.get(kind, 'PR')}*SENDER*RECEIVER*20260302*0705*7*X*004010"
    before, after = ([isa, group], [f"GE*{len(sets)}*7", "IEA*1*000000007"]) if header else ([], [])
    return "".join(segment.replace("*", element) + end for segment in (*before, *(segment for one in sets for segment in one), *after))


def ack(*segments: str, bak: str = "BAK*00*AC*4500*20260201*****20260301", **more: str) -> str:
    """An interchange with one 855; `segments` follow BAK."""
    return x12(x12_set("855", bak, *segments), **more)  # type: ignore[arg-type]


def message(kind: str, *segments: str, reference: str = "1") -> list[str]:
    """An EDIFACT message."""
    return [f"UNH+{reference}+{kind}:D:01B:UN", *segments, f"UNT+{len(segments) + 2}+{reference}"]


def edifact(*messages: Sequence[str], una: str = "UNA:+.? '", syntax: str = "UNOC:3", group: bool = False) -> str:
    """An interchange of messages, with UNG and UNE if asked for."""
    body = [segment for one in messages for segment in one]
    if group:
        body = ["UNG+ORDRSP+SENDER+RECEIVER+260302:0705+5+UN+D:01B", *body, f"UNE+{len(messages)}+5"]
    segments = [f"UNB+{syntax}+SENDER:14+RECEIVER:14+260302:0705+77", *body, "UNZ+1+77"]
    return una + "".join(f"{segment}'" for segment in segments)


def ordrsp(*segments: str, bgm: str = "BGM+231+R1+29", **more: str) -> str:
    """An interchange with one ORDRSP of PO 4500; `segments` are its lines."""
    return edifact(message("ORDRSP", bgm, "DTM+137:202603011430:203", "RFF+ON:4500", "NAD+SU+ACME::92", *segments, "UNS+S"), **more)  # type: ignore[arg-type]
