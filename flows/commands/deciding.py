"""Commands by which a person decides about notices: release, discard, retry, resolve, reconcile.

In: a run or a notice, and a person's word. Out: notices moved, the decision on record, what came of sending, a fresh published copy.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from flows.commands.context import Context, say
from flows.commands.running import provide_secrets_for, show_dispatch
from tasks import deciding
from tasks.deciding import Word
from tasks.errors import UsageError
from tasks.runs import naive_utc
from tasks.settings import current_user

if TYPE_CHECKING:
    from tasks.dispatching import DispatchReport
    from tasks.warehouse import Warehouse

RunId = Annotated[str, typer.Argument(metavar="RUN", help="The run that made the notices; the beginning of its id will do.")]
NoticeId = Annotated[str, typer.Argument(metavar="ID", help="The notice; the beginning of its id will do.")]
By = Annotated[str, typer.Option(help="Who decides; else $USER.", show_default=False)]
Why = Annotated[str, typer.Option(help="Why, for the record.", show_default=False)]

Done = TypeVar("Done")


def release(
    context: typer.Context,
    run: RunId,
    by: By = "",
    why: Why = "",
    no_dispatch: Annotated[bool, typer.Option("--no-dispatch", help="Leave them pending.")] = False,
) -> None:
    """Send what is still true of what a guard holds of a run."""
    options: Context = context.obj
    if not no_dispatch:
        provide_secrets_for(options)
    act = partial(deciding.release, word=_word(options, by, why), run=run)
    done, report = _decide(options, act, send=not no_dispatch)
    say(done)
    if not no_dispatch:
        show_dispatch(report)


def discard(context: typer.Context, run: RunId, by: By = "", why: Why = "") -> None:
    """Discard what is held or pending of a run: its customers are not told this."""
    options: Context = context.obj
    say(_decide(options, partial(deciding.discard, word=_word(options, by, why), run=run))[0])


def retry(context: typer.Context, notice: NoticeId, by: By = "", why: Why = "") -> None:
    """Put a notice back that failed, bounced, was dropped or discarded."""
    options: Context = context.obj
    say(_decide(options, partial(deciding.retry, word=_word(options, by, why), notice=notice))[0])


def resolve(
    context: typer.Context,
    notice: NoticeId,
    sent: Annotated[bool | None, typer.Option("--sent/--not-sent", help="Whether the provider took it, by its own log.")] = None,
    by: By = "",
    why: Why = "",
) -> None:
    """Settle an uncertain notice: it went out, or it did not."""
    if sent is None:
        raise UsageError(f"notice {notice}: expected --sent or --not-sent, by what the provider's log says of it")
    options: Context = context.obj
    say(_decide(options, partial(deciding.resolve, word=_word(options, by, why), notice=notice, was_sent=sent))[0])


def reconcile(
    context: typer.Context,
    by: By = "",
    why: Why = "",
    yes: Annotated[bool, typer.Option("--yes", help="What is pending was looked at: do not ask.")] = False,
) -> None:
    """Let sending go on after an older backup was restored."""
    options: Context = context.obj
    where = options.settings.warehouse
    seen, _ = _decide(options, partial(deciding.standing, settings=where))
    say(f"{where.path}: {seen}")
    if seen.pending and not yes:
        _require_looked_at(seen.pending)
    say(_decide(options, partial(deciding.reconcile, settings=where, word=_word(options, by, why), seen=seen))[0])


def _require_looked_at(pending: int) -> None:
    """Ask; the warehouse is not held meanwhile. Raises UsageError for any answer but yes."""
    question = f"Have you looked at the {pending} pending (tellwhen notices --state pending): was none of these customers told since?"
    try:
        is_sure = typer.confirm(question, err=True)
    except typer.Abort:
        is_sure = False
    if not is_sure:
        raise UsageError(
            "nothing was changed, and nothing is sent. Look at `tellwhen notices --state pending`; `tellwhen told` or `tellwhen notices "
            "discard RUN` takes out what customers know already; then give the command again and answer yes (or add --yes)"
        )


def _word(options: Context, by: str, why: str) -> Word:
    return Word(by or current_user() or "unknown", why or None, naive_utc(options.now()))


def _decide(options: Context, act: Callable[[Warehouse], Done], *, send: bool = False) -> tuple[Done, DispatchReport]:
    from flows.deciding import decide
    from flows.stages import Stages

    return decide(options.settings, Stages(options.settings, options.now, "sql"), act, send=send)
