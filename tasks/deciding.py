"""Deciding: what a person says is to become of notices that no run may move on by itself (spec 5).

In: a run or a notice, by the beginning of its id, and a person's word. Out: notices moved, and in the same transaction the decision on
record: who, when, why, and what it came to. A sentence says the same to the person. We hold the writer's lock.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tasks import high_water
from tasks.errors import TellwhenError, UsageError
from tasks.putting_back import put_back
from tasks.settings import WarehouseSettings
from tasks.warehouse import Warehouse

# Shorter beginnings of an id are not pasted but guessed.
_SHORTEST_BEGINNING = 8
# From these a notice may be tried again: what became of it is known, and it told nobody who still counts as told.
_MAY_BE_RETRIED = ("failed", "bounced", "dropped", "discarded")


@dataclass(frozen=True)
class Word:
    """A person's word. `now` is naive UTC."""

    by: str
    why: str | None
    now: datetime


@dataclass(frozen=True)
class Standing:
    """How the warehouse stands to its high-water mark.

    `forgotten`: tellings it has forgotten; None where the mark is a backup's, or cannot be read.
    """

    forgotten: int | None
    pending: int
    held: int

    def __str__(self) -> str:
        lost = (
            "the mark beside the warehouse is a backup's or cannot be read, so nobody knows whether the warehouse has forgotten anything"
            if self.forgotten is None
            else f"the warehouse has forgotten {self.forgotten} requests and words of people to customers"
        )
        return f"{lost}; {_counted(self.pending)} pending would be sent, {_counted(self.held)} held"


def release(warehouse: Warehouse, word: Word, run: str) -> str:
    """Put back to pending what is still true of what a guard holds of the run; the rest is superseded. Raises UsageError."""
    run_id = find_run(warehouse, run)
    before = _states(warehouse, run_id)
    if not before["held"]:
        raise UsageError(f"run {run_id}: no notice of it is held ({_in_words(before) or 'it made none'}); {_where_held(warehouse)}")
    with warehouse.transaction():
        put_back(warehouse, word.now, run_id=run_id)
        moved = _states(warehouse, run_id) - before
        _record(warehouse, word, "release", _in_words(moved), run_id=run_id)
    return f"run {run_id}: released by {word.by}: {_in_words(moved)}" + (_UNTRUE if moved["superseded"] else "")


def discard(warehouse: Warehouse, word: Word, run: str) -> str:
    """Discard what is held or pending of the run; later runs do not make these statements again. Raises UsageError."""
    run_id = find_run(warehouse, run)
    before = _states(warehouse, run_id)
    if not before["held"] + before["pending"]:
        raise UsageError(
            f"run {run_id}: no notice of it is held or pending ({_in_words(before) or 'it made none'}), and what has left cannot be "
            f"discarded; {_where_held(warehouse)}"
        )
    with warehouse.transaction():
        warehouse.run("outbox/discard", now=word.now, run_id=run_id, decided_by=word.by, why=word.why)
        effect = _in_words(_states(warehouse, run_id) - before)
        _record(warehouse, word, "discard", effect, run_id=run_id)
    return f"run {run_id}: discarded by {word.by}: {effect}; no later run says the same again, `tellwhen notices retry` takes one back"


def retry(warehouse: Warehouse, word: Word, notice: str) -> str:
    """Put a notice that told nobody back to pending, or supersede it if it is no longer true. Raises UsageError."""
    notice_id, state = find_notice(warehouse, notice)
    if state == "uncertain":
        raise UsageError(
            f"notice {notice_id} is uncertain: it may have gone out. Resolve it first: look for it in the provider's log, then "
            f"`tellwhen notices resolve {notice_id} --sent` or `--not-sent`"
        )
    if state not in _MAY_BE_RETRIED:
        raise UsageError(
            f"notice {notice_id} is {state}: expected one that is {', '.join(_MAY_BE_RETRIED[:-1])} or {_MAY_BE_RETRIED[-1]}; "
            + _NEXT.get(state, f"`tellwhen notices show {notice_id}` says what became of it")
        )
    with warehouse.transaction():
        return _put_back(warehouse, word, "retry", notice_id)


def resolve(warehouse: Warehouse, word: Word, notice: str, *, was_sent: bool) -> str:
    """Settle an uncertain notice: it was sent, or it was not and is put back. Raises UsageError."""
    notice_id, state = find_notice(warehouse, notice)
    if state != "uncertain":
        raise UsageError(
            f"notice {notice_id} is {state}: expected one that is uncertain; `tellwhen notices --state uncertain` lists those, "
            "`tellwhen notices retry` tries a failed one again"
        )
    with warehouse.transaction():
        if not was_sent:
            return _put_back(warehouse, word, "resolve not sent", notice_id)
        warehouse.run("outbox/sent_by_word", now=word.now, notice_id=notice_id)
        _record(warehouse, word, "resolve sent", "accepted", notice_id=notice_id)
    return f"notice {notice_id} is accepted: {word.by} says that it was sent, and its customer counts as told"


def standing(warehouse: Warehouse, settings: WarehouseSettings) -> Standing:
    """How the warehouse stands to its mark, and what would be sent. Raises UsageError when there is nothing to reconcile."""
    try:
        forgotten: int | None = high_water.forgotten(settings, warehouse)
    except TellwhenError:
        forgotten = None
    if forgotten == 0:
        raise UsageError(
            f"{settings.path}: there is nothing to reconcile: the warehouse knows all that its mark {settings.mark_path.name} says was told"
        )
    states = _states(warehouse, None)
    return Standing(forgotten, states["pending"], states["held"])


def reconcile(warehouse: Warehouse, settings: WarehouseSettings, word: Word, seen: Standing) -> str:
    """Let sending go on: a person says that what was forgotten is dealt with. Raises UsageError when it is not what they have `seen`."""
    found = standing(warehouse, settings)
    if found != seen:
        raise UsageError(f"{settings.path}: it has changed meanwhile: {found}; look again, then reconcile again")
    _record(warehouse, word, "reconcile", str(found))
    # After the record: without the mark nothing is sent, and the command can be given again.
    high_water.forgive(settings, warehouse)
    return f"reconciled by {word.by}: sending goes on with the next dispatch or run; {_counted(found.pending)} pending"


def find_run(warehouse: Warehouse, words: str) -> str:
    """The id of the run that begins so. Raises UsageError."""
    found = [row["run_id"] for row in _beginning(warehouse, "reading/runs_beginning", words)]
    return str(_only(found, words, "run", "`tellwhen runs` lists them"))


def find_notice(warehouse: Warehouse, words: str) -> tuple[str, str]:
    """The id of the notice that begins so, and its state. Raises UsageError."""
    found = {row["notice_id"]: row["state"] for row in _beginning(warehouse, "reading/notices_beginning", words)}
    notice_id = _only(list(found), words, "notice", "`tellwhen notices` lists them")
    return notice_id, found[notice_id]


def _beginning(warehouse: Warehouse, statement: str, words: str) -> list[dict[str, Any]]:
    words = words.strip()
    return warehouse.rows(statement, beginning=words) if len(words) >= _SHORTEST_BEGINNING else []


def _only(found: list[str], words: str, thing: str, where: str) -> str:
    # An id itself comes first: it may be the beginning of another.
    if len(found) == 1 or words.strip() in found[:1]:
        return found[0]
    if found:
        raise UsageError(f"{words!r} is the beginning of more than one {thing}: {', '.join(found)}; expected more of it")
    raise UsageError(
        f"there is no {thing} {words!r}; expected the id of a {thing}, or at least the first {_SHORTEST_BEGINNING} signs of it; {where}"
    )


def _put_back(warehouse: Warehouse, word: Word, action: str, notice_id: str) -> str:
    put_back(warehouse, word.now, notice_id=notice_id)
    row = warehouse.row("reading/notices_beginning", beginning=notice_id)
    assert row is not None, f"notice {notice_id} was found before"
    if row["state"] == "pending":
        effect, then = "pending", "`tellwhen dispatch` sends it, and so does the next run"
    else:
        effect, then = f"superseded: {row['reason']}", "the next run says what is true by now"
    _record(warehouse, word, action, effect, notice_id=notice_id)
    return f"notice {notice_id} is {effect}; {then}"


def _record(warehouse: Warehouse, word: Word, action: str, effect: str, *, run_id: str | None = None, notice_id: str | None = None) -> None:
    warehouse.run(
        "outbox/decided_by_person",
        now=word.now,
        decided_by=word.by,
        action=action,
        run_id=run_id,
        notice_id=notice_id,
        why=word.why,
        effect=effect,
    )


def _states(warehouse: Warehouse, run_id: str | None) -> Counter[str]:
    return Counter({row["state"]: row["notices"] for row in warehouse.rows("reading/notice_states", run_id=run_id)})


def _where_held(warehouse: Warehouse) -> str:
    """Where else notices are held, for who has named the wrong run."""
    runs = dict.fromkeys(row["run_id"] for row in warehouse.rows("reading/held", run_id=None))
    return f"notices are held of run {', '.join(runs)}" if runs else "no notice of any run is held"


def _in_words(states: Counter[str]) -> str:
    return ", ".join(f"{_counted(count)} {state}" for state, count in sorted(states.items()) if count)


def _counted(count: int) -> str:
    return f"{count} notice" if count == 1 else f"{count} notices"


_UNTRUE = ", since they are no longer true or no longer news (`tellwhen notices --state superseded` says why)"
_NEXT = {
    "held": "`tellwhen notices release RUN` or `tellwhen notices discard RUN` decides about it",
    "pending": "`tellwhen dispatch` sends it",
}
