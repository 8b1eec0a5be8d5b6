"""The stages of a run, each joined from the plain functions of `tasks`; each opens the warehouse for itself and takes only ids.

In: the settings, a clock, and the engine that checks run on. Out: methods that the pipeline calls, as they are or as Prefect tasks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from data_checks.engines import CheckEngine
from flows import taking
from flows.digests import send_calls
from flows.progress import Progress, counted, silent
from tasks import checking, diffing, guarding, landing, outbox, promising, publishing, runs, sifting
from tasks.digesting.sending import DigestReport
from tasks.dispatching import DispatchReport, Pace, dispatch
from tasks.errors import ChecksStoppedRun, ConfigurationError, FileRejected, TellwhenError, WarehouseIsBackup
from tasks.high_water import HighWater, forgotten, ledger_of
from tasks.messages.composing import Alternative, Composer, LineNews, Message, Part, Recipient, Shop
from tasks.migrating import migrate
from tasks.settings import Settings, SourceSettings
from tasks.settling import reaching
from tasks.settling.taking import settle_notices_of_run
from tasks.sources.edi.acknowledging import acknowledge, require_folder
from tasks.sources.places import FoundFile, find_files
from tasks.transports.registry import transport_for
from tasks.warehouse import Warehouse, open_for_writing

# The steps of a run after its sources, as its progress names them.
PROMISING = "working out promises"
COMPARING = "comparing with what customers were told"
SENDING = "sending what is pending"
PUBLISHING = "publishing the history"


@dataclass(frozen=True)
class Stages:
    """What a run is made of. The caller holds the writer's lock for as long as it uses any of them."""

    settings: Settings
    clock: runs.Clock
    check_engine: CheckEngine
    progress: Progress = silent

    def prepare(self) -> None:
        """Bring the warehouse to this version."""
        with self._warehouse() as warehouse:
            migrate(warehouse)

    def begin(self, run_id: str, as_of: datetime) -> bool:
        """Bring the warehouse to this version and write the run down; False when its as-of lies before the last committed run's."""
        with self._warehouse() as warehouse:
            migrate(warehouse)
            is_outdated = runs.is_outdated(warehouse, as_of)
            runs.begin(warehouse, self.settings, run_id, as_of, self.clock())
        return not is_outdated

    def land(self, run_id: str, source_name: str) -> None:
        """Take the source's new files, one after the other; each commits by itself. Raises ChecksStoppedRun for a check that errs."""
        source = self.settings.source(source_name)
        assert source is not None, f"{source_name} is a configured source"
        require_folder(source)
        with self._warehouse() as warehouse:
            run = runs.load(warehouse, run_id)
            files = landing.new_files(warehouse, self.settings, source, self._find(warehouse, run, source))
            for group in [files] if source.parts and files else [[file] for file in files]:
                landing.clear_working_tables(warehouse)
                self.land_unit(warehouse, run, source, group)
                # Only what is committed is answered: it was taken, or refused for good.
                for file in group:
                    acknowledge(source, file.path, self.clock().astimezone(UTC))
            landing.clear_working_tables(warehouse)

    def require_sources(self) -> None:
        """Raise ChecksStoppedRun while a source that the promises need was never accepted (spec 2)."""
        with self._warehouse() as warehouse:
            accepted = {row["source"] for row in warehouse.rows("runs/sources_accepted")}
        missing = [
            f"  {source.name} ({source.feed}): {source.location}"
            for source in self.settings.sources
            if source.required and source.feed in ("supplier_etas", "order_lines") and source.name not in accepted
        ]
        if missing:
            raise ChecksStoppedRun(
                "no file of these sources was ever accepted, so no promise can be made:\n"
                + "\n".join(missing)
                + "\nPut a file there, see `tellwhen sources` for what was rejected and why, or set required = false."
            )

    def promise(self, run_id: str) -> None:
        """Work out all promises and hold them against the invariants; raises ChecksStoppedRun when they do not hold."""
        with self._warehouse() as warehouse:
            run = runs.load(warehouse, run_id)
            promising.compute(warehouse, self.settings, run)
            self.progress(PROMISING, f"checking {counted(warehouse.value('promise/count_lines'), 'order line', 'order lines')}")
            results = checking.check_promises(warehouse, self.check_engine)
            with warehouse.transaction():
                checking.record(warehouse, run_id, None, results, self.clock())
        checking.require_carried_out(results, "the computed promises")
        checking.require_success(results)

    def decide(self, run_id: str, announce: bool) -> None:
        """Changes, notices and the new history, all in one transaction: from its commit on, they hold."""
        with self._warehouse() as warehouse:
            run = runs.load(warehouse, run_id)
            values = promising.parameters(self.settings, run)
            is_baseline = run.is_first and not announce
            now = self.clock()
            with warehouse.transaction():
                diffing.find_changes(warehouse, values, is_baseline=is_baseline)
                self.progress(COMPARING, counted(warehouse.value("changes/count"), "date changed", "dates changed"))
                held_because = "; ".join(guarding.reasons_to_hold(warehouse, self.settings, run)) or None
                made = outbox.make_notices(warehouse, self.settings, run, values, self._writer(), now, held_because)
                self.progress(COMPARING, f"{counted(made, 'notice', 'notices')}; writing the history")
                settle_notices_of_run(warehouse, run_id, now)
                diffing.commit_changes(warehouse, values, now, is_baseline=is_baseline)
                reaching.look(warehouse, run, now, self.settings.dispatch.delivered_within_hours)
                warehouse.run("runs/commit", run_id=run_id, is_baseline=is_baseline)

    def dispatch(self) -> DispatchReport:
        """Send what is pending."""
        settings = self.settings.dispatch
        transport = transport_for(settings, self.clock)
        try:
            most = min(settings.concurrency, transport.most_at_once or settings.concurrency)
            pace = Pace(most, settings.give_up_after * 60)
            with self._warehouse() as warehouse:
                try:
                    missing = forgotten(self.settings.warehouse, warehouse)
                except WarehouseIsBackup as error:
                    return DispatchReport(stopped=str(error))
                if missing:
                    return DispatchReport(stopped=_restored(missing))
                with HighWater(self.settings.warehouse, ledger_of(warehouse)) as mark:
                    return dispatch(warehouse, transport, pace, self.clock, mark.raise_by)
        finally:
            transport.close()

    def call(self, run_id: str) -> DigestReport:
        """Send the call lists that the run has made longer: after the customers, and never instead. A baseline tells nobody."""
        with self._warehouse() as warehouse:
            run = warehouse.row("runs/one", run_id=run_id)
            if run is None or run["status"] != "committed" or run["is_baseline"]:
                return DigestReport()
            return send_calls(warehouse, self.settings, run["as_of"].replace(tzinfo=UTC), run_id, self.clock)

    def finish(self, run_id: str, status: str, reason: str | None = None) -> None:
        """Write down how the run ended."""
        with self._warehouse() as warehouse:
            runs.finish(warehouse, run_id, status, self.clock(), reason)

    def publish(self) -> None:
        """Replace the copy that analysts read."""
        size = self.settings.warehouse.path.stat().st_size if self.settings.warehouse.path.exists() else 0
        self.progress(PUBLISHING, f"{counted(round(size / 1e6), 'megabyte', 'megabytes')}")
        publishing.publish(self.settings.warehouse)

    def _warehouse(self) -> Warehouse:
        return open_for_writing(self.settings.warehouse)

    def _find(self, warehouse: Warehouse, run: runs.Run, source: SourceSettings) -> list[FoundFile]:
        """The files that stand in the source's place. What may not be read is on record as rejected, and the other feeds proceed."""
        try:
            return find_files(source)
        except ConfigurationError:
            raise
        except TellwhenError as error:
            place = FoundFile(Path(source.location), runs.naive_utc(self.clock()), "", None)
            with warehouse.transaction():
                landing.reject(warehouse, self.settings, run, landing.next_unit(warehouse, source, [place]), self.clock(), str(error))
            return []

    def land_unit(self, warehouse: Warehouse, run: runs.Run, source: SourceSettings, files: list[FoundFile]) -> None:
        """Land files that belong together: they are accepted or refused as one, and are on record."""
        unit = landing.next_unit(warehouse, source, files, sifting.reading_of(self.settings, source))
        names = ", ".join(landing.path_text(Path(file.path.name)) for file in files)
        step = f"{source.name}: {names}"
        self.progress(step)
        try:
            taken = taking.take(
                warehouse, self.settings, unit, files, lambda rows: self.progress(step, f"{counted(rows, 'row', 'rows')} read")
            )
        except FileRejected as rejection:
            with warehouse.transaction():
                landing.reject(warehouse, self.settings, run, unit, self.clock(), str(rejection))
            return
        rows = counted(sum(taken.rows_read), "row", "rows")
        self.progress(step, f"checking {rows}")
        with warehouse.transaction():
            landing.refuse_rows(warehouse, run, unit)
            taking.add_text(warehouse, self.settings, unit, files)
            landing.gather_facts(warehouse, self.settings, unit, taken)
        facts = landing.facts_of(run, source)
        file = landing.path_text(files[0].path)
        results = checking.check_feed(warehouse, self.check_engine, source.feed, source.name, file, facts, taken.rows_as_before)
        with warehouse.transaction():
            checking.record(warehouse, run.run_id, unit.unit_id, results, self.clock())
        checking.require_carried_out(results, f"{source.name}: {names}")
        reason = checking.rejection(results)
        self.progress(step, f"keeping {rows}")
        with warehouse.transaction():
            if reason:
                landing.reject(warehouse, self.settings, run, unit, self.clock(), f"{names}: {reason}")
            else:
                landing.accept(warehouse, self.settings, run, unit, taken, self.clock())

    def _writer(self) -> outbox.Writer:
        """Join the outbox with the composer."""
        composer = composer_for(self.settings)

        def write(lines: list[dict[str, Any]], alternatives: outbox.Alternatives) -> Message:
            first = lines[0]
            recipient = Recipient(first["customer_id"], first["to_name"], first["locale"])
            return composer.compose(recipient, [_news(line, alternatives.get((line["order_id"], line["line_no"]), [])) for line in lines])

        return write


def _restored(missing: int) -> str:
    return (
        f"this warehouse has forgotten {missing} requests and words of people to customers: it is a backup that was restored. "
        "Nothing is sent, so that nobody is told twice. Take in what the provider knows (tellwhen events), look at `tellwhen notices`, "
        "then: tellwhen notices reconcile --by WHO"
    )


def composer_for(settings: Settings) -> Composer:
    """The composer that the settings ask for; raises ConfigurationError for templates or catalogues that cannot be used."""
    name = settings.messages.shop_name or settings.dispatch.from_name or settings.dispatch.from_email
    reply_to = settings.dispatch.reply_to or settings.dispatch.from_email
    shop = Shop(name, reply_to, settings.messages.phone, settings.messages.url)
    # A shop may change its files while a process lives; ours stay, and compiling them takes a while.
    if settings.messages.templates or settings.messages.locales:
        return Composer(shop, settings.messages.templates, settings.dispatch.default_locale, settings.messages.locales)
    return _composer_with_our_wording(shop, settings.dispatch.default_locale)


@lru_cache(maxsize=4)
def _composer_with_our_wording(shop: Shop, default_locale: str) -> Composer:
    return Composer(shop, None, default_locale)


def _news(line: dict[str, Any], alternatives: list[dict[str, Any]]) -> LineNews:
    return LineNews(
        order_id=line["order_id"],
        line_no=line["line_no"],
        kind=line["kind"],
        sku=line["sku"],
        description=line["description"],
        quantity=line["quantity_open"],
        is_told=line["is_told"],
        told_on=line["told_on"],
        expected_on=line["expected_on"],
        precision=line["precision"],
        parts=tuple(Part(part["quantity"], part["expected_on"], part["precision"]) for part in line["parts"]),
        reason=line["reason"],
        alternatives=tuple(Alternative(a["alternative_sku"], a["name"], a["url"], a["expected_on"]) for a in alternatives),
    )
