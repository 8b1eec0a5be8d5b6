"""`tellwhen`: the commands (spec 8). Heavy imports are paid only by the commands that need them.

In: the command line. Out: what was asked for on stdout, everything else on stderr, and an exit code that speaks of this call only.
"""

from __future__ import annotations

import gc
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from flows.commands.by_name import CommandsByName
from tasks.errors import TellwhenError

app = typer.Typer(
    name="tellwhen",
    cls=CommandsByName,
    help="Tells customers when: nobody who waits for a backordered item learns of a new date by the date passing.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def configure(
    context: typer.Context,
    config: Annotated[
        Path | None, typer.Option(help="The configuration file; else $TELLWHEN_CONFIG, else ./tellwhen.toml.", show_default=False)
    ] = None,
) -> None:
    """Keep the configuration file for the command."""
    from flows.commands.context import Context

    context.obj = Context(config)


class _Interrupted(BaseException):
    """The process was told to end. No KeyboardInterrupt: Typer would end the process without a word."""


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise _Interrupted


def main() -> None:
    """Run a command; a user's mistake is a message, never a traceback."""
    # Imports make many objects and no garbage: looking for it every 700 objects takes an eighth of a run's start.
    gc.set_threshold(50_000, 20, 20)
    before = {number: signal.signal(number, _interrupt) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        app()
    except TellwhenError as error:
        print(f"tellwhen: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    except _Interrupted:
        print("tellwhen: interrupted; what was committed stays, and the next run goes on from it", file=sys.stderr)
        sys.exit(1)
    except BrokenPipeError:
        sys.exit(1)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


if __name__ == "__main__":
    main()
