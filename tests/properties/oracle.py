"""The oracle: Tellwhen's rules of spec 2 to 5 in plain, slow Python, written from the specification alone.

In: the files of a run, in the order in which they are taken. Out: `Expected`, all that the warehouse must then say.
Readings of doubtful sentences are numbered in the ambiguities' list; the tests of the oracle itself hold the hand-worked cases.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from oracle_changes import Book, Change, Notice, Statement, Thresholds, change_of
from oracle_days import Calendar
from oracle_expected import Expected, NoticeView, Numbers, SupplyView
from oracle_landing import File, Landed, OrderKey, Source, SupplyKey
from oracle_promise import Promise, Rules, Supply, allocate, dated, waits_for

__all__ = ["Expected", "File", "NoticeView", "Numbers", "Oracle", "Source", "SupplyView"]


PLAIN_NUMBERS = Numbers()


class Oracle:
    """Remembers everything from run to run."""

    def __init__(
        self, sources: Sequence[Source], numbers: Numbers = PLAIN_NUMBERS, holidays: Collection[date] = (), zone: str = "UTC"
    ) -> None:
        self.numbers = numbers
        self.calendar = Calendar.of(holidays)
        self.zone = ZoneInfo(zone)
        self.landed = Landed(sources, numbers.absent_grace_days, numbers.max_row_drop, numbers.max_date_loss, self.zone)
        self.book = Book()
        self.last_as_of: datetime | None = None
        self.served: dict[tuple[OrderKey, SupplyKey], Decimal] = {}
        self.from_stock: dict[OrderKey, tuple[date, Decimal]] = {}
        self.became_ordinary: set[OrderKey] = set()
        self.baseline: dict[OrderKey, date | None] = {}
        self.advances: dict[OrderKey, set[date]] = {}
        self.standing: dict[OrderKey, Change] = {}
        self.promises: dict[OrderKey, Promise] = {}

    def run(self, as_of: datetime, files: Sequence[File] = (), announce: bool = False, send: bool = True) -> Expected:
        """One run of spec 3 to 5 after landing `files` in the order given."""
        if self.last_as_of and as_of < self.last_as_of:
            return self._finish(Expected("behind"), send)
        self.landed.run += 1
        outcomes = [self.landed.land(file, as_of) for file in files]
        if self.landed.missing_sources():
            return Expected("stopped", outcomes, supply=self._supply_views())
        today = as_of.astimezone(self.zone).date()
        is_baseline = self.last_as_of is None and not announce
        self._promise(today)
        expected = Expected("committed", outcomes)
        expected.changes = self._decide(as_of, today, is_baseline)
        expected.recorded = {key for key, change in expected.changes.items() if self.standing.get(key) != change}
        expected.renamed = {key for key in expected.recorded if self._is_only_renamed(key, expected.changes[key])}
        self.standing = expected.changes
        expected.created = [_view(notice) for notice in self._notify(as_of, today)]
        self.last_as_of = as_of
        return self._finish(expected, send)

    def tell(self, key: OrderKey, on: date | None) -> None:
        """`tellwhen told`."""
        self.book.tell(key, on)

    # -- promise -------------------------------------------------------------------------------------------------

    def _supplies(self, today: date) -> list[Supply]:
        supplies = []
        for (supplier, po_number, po_line), statement in self.landed.statements.items():
            accepted_on = self.landed.accepted_at[statement.source].astimezone(self.zone).date()
            for line in statement.slices:
                if line.status == "cancelled" or line.is_withdrawn:
                    continue
                latest = line.eta.latest
                is_overdue = latest is not None and self.calendar.between(latest, accepted_on) > self.numbers.overdue_grace_days
                ended = line.arrival and self.landed.has_ended(line.arrival, today, self.numbers.arrived_days)
                supplies.append(
                    Supply(
                        key=(supplier, po_number, po_line, line.slice_no),
                        sku=line.sku,
                        warehouse_id=line.warehouse_id,
                        quantity=line.quantity,
                        stated_latest_on=latest,
                        latest_on=None if is_overdue else latest,
                        precision=line.eta.precision,
                        arrival=None if ended else line.arrival,
                        has_arrived=line.arrival is not None,
                    )
                )
        return supplies

    def _promise(self, today: date) -> None:
        lines = {key: line for key, line in self.landed.orders.items() if line.is_open}
        supplies = self._supplies(today)
        for key, line in lines.items():
            if line.row.po_number and any(supply.has_arrived and waits_for(line, supply) for supply in supplies):
                self.became_ordinary.add(key)
        ordinary = {key for key, line in lines.items() if line.row.po_number is None or key in self.became_ordinary}
        given = allocate(lines, ordinary, supplies, self.landed.stock(), self.served)
        rules = Rules(self.calendar, self.numbers.handling_days, self.numbers.transit_days, dict(self.numbers.transit_days_by_country))
        self.promises, from_stock = {}, {}
        for key, line in lines.items():
            amount = sum((amount for supply, amount in given[key] if supply is None), Decimal(0))
            since, before = self.from_stock.get(key, (today, Decimal(0)))
            if amount > 0:
                from_stock[key] = (since if amount <= before else today, amount)
            self.promises[key] = dated(line, given[key], from_stock.get(key, (today, amount))[0], rules)
        self.from_stock = from_stock
        self.served = {(key, supply.key): amount for key in lines for supply, amount in given[key] if supply}

    # -- changes -------------------------------------------------------------------------------------------------

    def _decide(self, as_of: datetime, today: date, is_baseline: bool) -> dict[OrderKey, Change]:
        numbers = self.numbers
        thresholds = Thresholds(
            numbers.min_days_later, numbers.min_days_earlier, numbers.missed_grace_days, numbers.announce_early_at_first_sight
        )
        changes = {}
        for key, promise in self.promises.items():
            told = self.book.told(key, self.landed.promised_on.get(key))
            change = change_of(told, promise.expected_on, today, thresholds, self.calendar)
            if change:
                changes[key] = change
        self._keep_streaks(changes, today)
        self._keep_baseline(changes, is_baseline)
        early = {key: self._early_decision(key, change) for key, change in changes.items()}
        decided = dict(early)
        for customer_id in {self.promises[key].customer_id for key in changes}:
            mine = [key for key in changes if self.promises[key].customer_id == customer_id and not early[key]]
            confirmed = [key for key in mine if self._is_confirmed(key, changes[key])]
            would_say = {key: self._statement(key, changes[key]) for key in confirmed}
            is_in_flight = any(notice.lines == would_say for notice in self.book.waiting_to_go(customer_id))
            for key in mine:
                if is_in_flight and key in confirmed:
                    decided[key] = "in_flight"
                elif key not in confirmed:
                    decided[key] = "unconfirmed"
                else:
                    decided[key] = "notify"
        self._supersede(changes, decided)
        for key, decision in decided.items():
            had = self.book.had_today(self.promises[key].customer_id, today)
            if decision == "notify" and had >= numbers.max_notices_per_day:
                decided[key] = "waiting"
        return {key: replace(change, decision=decided[key]) for key, change in changes.items()}

    def _keep_streaks(self, changes: dict[OrderKey, Change], today: date) -> None:
        """The dates of the runs in a row that found an earlier date than told."""
        self.advances = {key: self.advances.get(key, set()) | {today} for key, change in changes.items() if change.kind == "advanced"}

    def _keep_baseline(self, changes: dict[OrderKey, Change], is_baseline: bool) -> None:
        if is_baseline:
            self.baseline = {key: change.expected_on for key, change in changes.items()}
        for key, promise in self.promises.items():
            if key in self.baseline and self.baseline[key] != promise.expected_on:
                del self.baseline[key]

    def _early_decision(self, key: OrderKey, change: Change) -> str:
        """The decisions that stand before `in_flight`; '' if none applies."""
        if key in self.baseline:
            return "baseline"
        if change.kind == "missed":
            return "call"
        customer = self.landed.customer(self.promises[key].customer_id)
        if customer is None or not customer[0] or "@" not in customer[0]:
            return "no_contact"
        return "opted_out" if customer[1] == "none" else ""

    def _is_confirmed(self, key: OrderKey, change: Change) -> bool:
        return change.kind != "advanced" or len(self.advances[key]) >= self.numbers.confirm_advances_runs

    def _is_only_renamed(self, key: OrderKey, change: Change) -> bool:
        before = self.standing.get(key)
        same_news = before is not None and replace(before, decision=change.decision) == change
        return same_news and before is not None and {before.decision, change.decision} == {"notify", "in_flight"}

    def _statement(self, key: OrderKey, change: Change) -> Statement:
        return Statement(change.kind, change.is_told, change.told_on, change.expected_on, self.promises[key].parts)

    # -- notices -------------------------------------------------------------------------------------------------

    def _supersede(self, changes: dict[OrderKey, Change], decided: dict[OrderKey, str]) -> None:
        """A notice that waits to go stays if this run would say just that."""
        for notice in self.book.notices:
            if notice.state not in ("pending", "held"):
                continue
            would_say = {
                key: self._statement(key, change)
                for key, change in changes.items()
                if self.promises[key].customer_id == notice.customer_id and decided[key] in ("in_flight", "notify")
            }
            if notice.lines != would_say:
                notice.state = "superseded"

    def _notify(self, as_of: datetime, today: date) -> list[Notice]:
        by_customer: dict[str, dict[OrderKey, Statement]] = {}
        for key, change in self.standing.items():
            if change.decision == "notify":
                by_customer.setdefault(self.promises[key].customer_id, {})[key] = self._statement(key, change)
        already_held = {notice.customer_id for notice in self.book.notices if notice.state == "held"}
        created = [self.book.add(customer_id, lines, today) for customer_id, lines in sorted(by_customer.items())]
        if self._is_guarded(as_of, already_held | set(by_customer)):
            for notice in created:
                notice.state = "held"
        return created

    def _is_guarded(self, as_of: datetime, told: set[str]) -> bool:
        """The customers' share and the orders' age. The supplier's guard needs more than 20 of its PO lines: not for small worlds."""
        waiting = {promise.customer_id for promise in self.promises.values()}
        if len(told) > self.numbers.max_customer_share * len(waiting) and len(told) > self.numbers.guard_min_customers:
            return True
        return any(
            as_of - self.landed.accepted_at[source.name] > timedelta(hours=self.numbers.max_order_age_hours)
            for source in self.landed.sources
            if source.feed == "order_lines" and source.mode == "snapshot" and source.name in self.landed.accepted_at
        )

    # -- what is expected ----------------------------------------------------------------------------------------

    def _finish(self, expected: Expected, send: bool) -> Expected:
        if send:
            self.book.send_all()
        expected.promises = dict(self.promises)
        expected.orders = {key: self.landed.orders[key].row for key in self.promises}
        expected.promised_on = {key: self.landed.promised_on.get(key) for key in self.promises}
        expected.told = {key: self.book.told(key, self.landed.promised_on.get(key)) for key in self.promises}
        expected.supply = self._supply_views()
        expected.notices = [_view(notice) for notice in self.book.notices]
        return expected

    def _supply_views(self) -> dict[SupplyKey, SupplyView]:
        views = {}
        for (supplier, po_number, po_line), statement in self.landed.statements.items():
            for line in statement.slices:
                status = line.status
                if line.is_withdrawn:
                    status = "withdrawn"
                elif line.arrival and line.arrival.vanished:
                    status = "arrived"
                views[(supplier, po_number, po_line, line.slice_no)] = SupplyView(
                    line.sku,
                    line.warehouse_id,
                    line.quantity,
                    line.eta.earliest,
                    line.eta.latest,
                    line.eta.precision,
                    status,
                    statement.source,
                )
        return views


def _view(notice: Notice) -> NoticeView:
    lines = frozenset((key, said.kind, said.told_on, said.expected_on) for key, said in notice.lines.items())
    return NoticeView(notice.customer_id, notice.state, lines)
