"""Digests: joins what tells staff, after the customers. What flow, command and the end of a run share; no Prefect here.

In: the settings and an as-of instant. Out: digests on their way, and an account of them in counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

from tasks import publishing
from tasks.digesting.gathering import Addressee, Material, Moment, Occasion, gather, staff_of
from tasks.digesting.sending import Digest, DigestReport, recover, send_all
from tasks.errors import TellwhenError, UsageError
from tasks.feed_ages import FeedAge, late_feeds
from tasks.high_water import forgotten
from tasks.messages.digest_composing import DigestComposer
from tasks.messages.digest_news import SECTIONS, CustomerLine, DigestNews, Section, SupplyLine
from tasks.migrating import migrate
from tasks.runs import Clock, as_of_date, naive_utc
from tasks.settings import Settings
from tasks.transports.addresses import usable_address
from tasks.transports.registry import transport_for
from tasks.warehouse import Warehouse, open_for_writing, writer_lock

_OF_SUPPLY = ("overdue", "supply_moved", "expected")


@dataclass(frozen=True)
class Made:
    """The digests that are due, and the lines of which nobody would hear, since no fallback_email is set."""

    moment: Moment
    digests: list[Digest]
    nobodys: int

    @property
    def counts(self) -> Counter[str]:
        """How many digests have which section of order lines."""
        return Counter(section for digest in self.digests for section in digest.sections)


def send_daily(settings: Settings, as_of: datetime, clock: Clock) -> tuple[Made, DigestReport]:
    """Send each member of staff their digest of the day, at most once. The published copy is made anew.

    Raises WarehouseBusy while another process writes, UsageError where there is nothing to report of yet, TellwhenError where a backup
    was restored: what it has forgotten could be said twice.
    """
    transport = transport_for(settings.dispatch, clock)
    try:
        with writer_lock(settings.warehouse):
            with _open(settings) as warehouse:
                if forgotten(settings.warehouse, warehouse):
                    raise TellwhenError(
                        "this warehouse is a backup that was restored; no digest is sent before `tellwhen notices reconcile`"
                    )
                recover(warehouse, clock)
                made = make(warehouse, settings, "daily", as_of, clock)
                report = send_all(warehouse, made.moment, made.digests, transport, clock)
            publishing.publish(settings.warehouse)
    finally:
        transport.close()
    return made, DigestReport(report.states, report.stopped, made.nobodys)


def preview(settings: Settings, as_of: datetime, clock: Clock) -> Made:
    """The digests that would go out; nothing is sent, and nothing is written down."""
    with writer_lock(settings.warehouse), _open(settings) as warehouse:
        return make(warehouse, settings, "daily", as_of, clock)


def send_calls(warehouse: Warehouse, settings: Settings, as_of: datetime, run_id: str, clock: Clock) -> DigestReport:
    """At the end of a run: the call list of each whose list has grown. The writer's lock is held by the run."""
    recover(warehouse, clock)
    made = make(warehouse, settings, "calls", as_of, clock, run_id)
    if not made.digests:
        return DigestReport()
    transport = transport_for(settings.dispatch, clock)
    try:
        return send_all(warehouse, made.moment, made.digests, transport, clock)
    finally:
        transport.close()


def make(warehouse: Warehouse, settings: Settings, occasion: Occasion, as_of: datetime, clock: Clock, run_id: str | None = None) -> Made:
    """Write the digests that are due, for the warehouse as it stands. Raises UsageError."""
    last = warehouse.row("runs/last_committed")
    if last is None:
        raise UsageError("no run has been committed yet, so there is nothing to report; `tellwhen run` makes one")
    if naive_utc(as_of) < last["as_of"]:
        newest = f"{last['as_of'].isoformat()}Z"
        raise UsageError(f"as-of {as_of.isoformat()} lies before that of the last committed run; expected {newest} or later")
    moment = Moment(occasion, naive_utc(as_of), as_of_date(settings, as_of), last["as_of"], naive_utc(clock()), run_id)
    late = late_feeds(warehouse, settings, moment.as_of) if occasion == "daily" else []
    composer = DigestComposer(_shop_name(settings), settings.dispatch.default_locale, settings.messages.locales)
    digests, nobodys = [], 0
    for material in gather(warehouse, moment, addressees_of(warehouse, settings)):
        if material.addressee.address is None:
            nobodys = sum(rows[0]["rows_in_all"] for name, rows in material.sections.items() if name not in _OF_SUPPLY)
        elif material.sections or late:
            lines = tuple(name for name in material.sections if name not in _OF_SUPPLY)
            digests.append(Digest(material.addressee, composer.compose(_news(settings, moment, material, late)), lines))
    return Made(moment, digests, nobodys)


def addressees_of(warehouse: Warehouse, settings: Settings) -> list[Addressee]:
    """Staff with an address that can be used, and the fallback for the lines of all others, last."""
    staff = [
        Addressee(row["staff_id"], address, row["name"], row["role"], row["warehouse_id"])
        for row in staff_of(warehouse)
        if (address := usable_address(row["email"] or ""))
    ]
    return [*staff, Addressee(None, usable_address(settings.staff.fallback_email or ""))]


def in_words(report: DigestReport) -> Iterator[str]:
    """What became of the digests, for people: counts only."""
    yield (
        ", ".join(f"{count} {state.replace('_', ' ')}" for state, count in sorted(report.states.items()))
        or "no digest was due: each has had today's, or there is nothing to say"
    )
    if report.stopped:
        yield f"not all left, and the next digest says all of it: {report.stopped}"
    if report.nobodys:
        yield f"{report.nobodys} lines have no sales person who can be written to; set [staff] fallback_email"


def _open(settings: Settings) -> Warehouse:
    if not settings.warehouse.path.exists():
        raise UsageError(f"{settings.warehouse.path}: there is no warehouse yet, so there is nothing to report; `tellwhen run` makes it")
    warehouse = open_for_writing(settings.warehouse)
    migrate(warehouse)
    return warehouse


def _shop_name(settings: Settings) -> str:
    return settings.messages.shop_name or settings.dispatch.from_name or settings.dispatch.from_email


def _news(settings: Settings, moment: Moment, material: Material, late: Sequence[FeedAge]) -> DigestNews:
    return DigestNews(
        occasion=moment.occasion,
        name=material.addressee.name,
        as_of_on=moment.as_of_on,
        since_on=as_of_date(settings, material.since_as_of.replace(tzinfo=UTC)),
        horizon_on=moment.horizon_on,
        sections=tuple(_section(name, material.sections[name]) for name in SECTIONS if name in material.sections),
        late_feeds=tuple(late),
    )


def _section(name: str, rows: Sequence[dict[str, Any]]) -> Section:
    in_all = rows[0]["rows_in_all"]
    if name in _OF_SUPPLY:
        return Section(name, tuple(SupplyLine(**_of(SupplyLine, row)) for row in rows), in_all)
    return Section(name, tuple(CustomerLine(**_of(CustomerLine, row)) for row in rows), in_all, rows[0]["new_in_all"])


def _of(kind: type[CustomerLine] | type[SupplyLine], row: dict[str, Any]) -> dict[str, Any]:
    """Those columns of a row that the value has."""
    return {field.name: row[field.name] for field in fields(kind)}
