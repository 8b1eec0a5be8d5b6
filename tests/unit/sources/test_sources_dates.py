"""Sources, dates: ETAs with their precision, days and instants (spec 2)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tasks.errors import ConfigurationError
from tasks.sources.dates import Dates, Eta
from tests.unit.sources.conftest import Source

DAY = Eta(date(2026, 12, 4), date(2026, 12, 4), "day")
WEEK = Eta(date(2026, 11, 30), date(2026, 12, 6), "week")
MONTH = Eta(date(2026, 12, 1), date(2026, 12, 31), "month")
UNKNOWN = Eta(None, None, "unknown")


def dates(source: Source, zone: str = "UTC", **settings: Any) -> Dates:
    return Dates(source(**settings), ZoneInfo(zone))


@pytest.mark.parametrize(
    ("text", "eta"),
    [
        ("2026-12-04", DAY),
        ("20261204", DAY),
        ("2026-W49-5", DAY),
        ("2026-12-04T23:59:59+14:00", DAY),
        ("2026-12-04 00:00:00.000", DAY),
        ("2026-W49", WEEK),
        ("2026W49", WEEK),
        ("2026-w49", WEEK),
        ("2026-12", MONTH),
        ("2028-02", Eta(date(2028, 2, 1), date(2028, 2, 29), "month")),
        ("2026-W53", Eta(date(2026, 12, 28), date(2027, 1, 3), "week")),
        ("0201-11-03", Eta(date(201, 11, 3), date(201, 11, 3), "day")),
        ("tbd", UNKNOWN),
        ("Asap", UNKNOWN),
        ("9999-12-31", UNKNOWN),
        ("9999-12-31T00:00:00", UNKNOWN),
        ("99991231", UNKNOWN),
        ("9999-12", UNKNOWN),
        ("9999-W52", UNKNOWN),
        ("2027-W53", None),
        ("2026-13", None),
        ("2026-02-30", None),
        ("0000-00-00", None),
        ("9999-99-99", None),
        ("04.12.2026", None),
        ("soon", None),
        ("46360", None),
        ("2026", None),
        ("2026-12-04x10:00", None),
    ],
)
def test_an_eta_carries_its_precision(source: Source, text: str, eta: Eta | None) -> None:
    assert dates(source).eta(text) == eta


@pytest.mark.parametrize(
    ("formats", "text", "eta"),
    [
        ("%d.%m.%Y", "04.12.2026", DAY),
        ("%d.%m.%Y", "4.12.2026", DAY),
        ("%d.%m.%Y", "2026-12-04", DAY),
        ("%d.%m.%Y", "2026-W49", WEEK),
        ("%d.%m.%Y", "31.12.9999", UNKNOWN),
        ("%d.%m.%Y", "31.02.2026", None),
        ("%d.%m.%y", "04.12.2026", None),
        (["%d-%b-%y", "%m/%d/%y"], "4-Dec-26", DAY),
        (["%d-%b-%y", "%m/%d/%y"], "12/4/26", DAY),
        (["%d/%m/%Y", "%m/%d/%Y"], "04/12/2026", DAY),
        ("%m/%Y", "12/2026", MONTH),
        ("%b %Y", "Dec 2026", MONTH),
        ("%m/%Y", "12/9999", UNKNOWN),
        ("KW%V/%G", "KW49/2026", WEEK),
        ("KW %V.%Y", "kw 49.2026", WEEK),
        ("%V/%y", "49/26", WEEK),
        ("%V/%G", "53/2027", None),
        ("%V/%G", "52/9999", UNKNOWN),
        ("%G-W%V-%u", "2026-W49-5", DAY),
        ("%Y %V %u", "2026 49 5", DAY),
        ("%d.%m.%Y %H:%M", "04.12.2026 23:30", DAY),
    ],
)
def test_the_formats_of_the_source_are_tried_in_order(source: Source, formats: str | list[str], text: str, eta: Eta | None) -> None:
    assert dates(source, date_format=formats).eta(text) == eta


def test_the_unknown_words_of_the_source_replace_the_usual_ones(source: Source) -> None:
    reader = dates(source, unknown_words=["Offen", "00000000"])
    assert [reader.eta(text) for text in ("OFFEN", "00000000", "TBD")] == [UNKNOWN, UNKNOWN, None]


@pytest.mark.parametrize("pattern", ["%Y", "%d.%m.", "%d/%Y", "KW%V", "%V/%m/%Y", "%U/%Y", "%Q %d.%m.%Y", "soon"])
def test_a_format_that_gives_no_date_is_a_fault_of_the_configuration(source: Source, pattern: str) -> None:
    with pytest.raises(ConfigurationError, match="source acme: date_format"):
        dates(source, date_format=pattern)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-12-04", date(2026, 12, 4)),
        ("04.12.2026", date(2026, 12, 4)),
        ("2026-12-04T23:30:00-11:00", date(2026, 12, 4)),
        ("2026-12", None),
        ("12/2026", None),
        ("2026-W49", None),
        ("31.02.2026", None),
        ("TBD", None),
    ],
)
def test_a_day_is_a_whole_date(source: Source, text: str, day: date | None) -> None:
    assert dates(source, date_format=["%d.%m.%Y", "%m/%Y"]).day(text) == day


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-12-04T10:00:00Z", datetime(2026, 12, 4, 10)),
        ("2026-12-04t10:00:00z", datetime(2026, 12, 4, 10)),
        ("2026-12-04 10:00:00.123456789+00:00", datetime(2026, 12, 4, 10, 0, 0, 123456)),
        ("2026-12-04 10:00:00 +0200", datetime(2026, 12, 4, 8)),
        ("2026-12-04T10:00", datetime(2026, 12, 4, 9)),
        ("2026-07-04T10:00", datetime(2026, 7, 4, 8)),
        ("2026-12-04", datetime(2026, 12, 3, 23)),
        ("04.12.2026", datetime(2026, 12, 3, 23)),
        ("04.12.2026 10:00", datetime(2026, 12, 4, 9)),
        ("2026-12-04T25:00", None),
        ("0001-01-01", None),
        ("10:00", None),
        ("2026-12", None),
    ],
)
def test_an_instant_is_turned_into_utc_and_without_offset_is_in_the_zone(source: Source, text: str, instant: datetime | None) -> None:
    assert dates(source, "Europe/Berlin", date_format=["%d.%m.%Y", "%d.%m.%Y %H:%M"]).instant(text) == instant
