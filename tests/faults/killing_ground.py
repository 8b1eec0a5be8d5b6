"""The killing ground: the real commands, each in a process of its own that may be killed, without paying for its imports each time.

In: orders, a line of JSON each. Out: the real `tellwhen`, forked from a process that has only imported it; its end, seen from outside.
`python -m tests.faults.killing_ground` is that process; `KillingGround` is whoever talks to it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).parents[2]
KILLED = -9


@dataclass(frozen=True)
class Ended:
    """How a process ended: its exit code (a negative signal), what it said, and the points between its durable effects that it passed."""

    code: int
    out: str
    err: str
    points: list[str]


class KillingGround:
    """Starts processes one after the other."""

    def __init__(self, config: Path, **environment: str) -> None:
        """`config`: of a shop whose templates and calendar are read beforehand, as they are for all."""
        self._config, self._environment = config, environment
        self.pid = 0

    def __enter__(self) -> Self:
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.killing_ground", str(self._config)],
            cwd=ROOT, env={**os.environ, **self._environment}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        return self

    def __exit__(self, *_: object) -> None:
        self._server.communicate(timeout=60)

    def dispatch(self, config: Path, **fate: Any) -> Ended:
        """`tellwhen dispatch`; `fate`: the fields of a `Fate`."""
        return self._carry_out({"arguments": ["--config", str(config), "dispatch"]}, fate)

    def digest(self, config: Path, day: date, **fate: Any) -> Ended:
        """`tellwhen digest`, at 07:00 UTC of the day."""
        return self._carry_out({"arguments": ["--config", str(config), "digest", "--as-of", f"{day.isoformat()}T07:00:00+00:00"]}, fate)

    def run(self, config: Path, as_of: datetime, *, announce: bool = False, send: bool = True, **fate: Any) -> Ended:
        """A whole run, all of it but Prefect and Great Expectations."""
        return self._carry_out({"config": str(config), "as_of": as_of.isoformat(), "options": {"announce": announce, "send": send}}, fate)

    def _carry_out(self, order: dict[str, Any], fate: dict[str, Any]) -> Ended:
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        print(json.dumps({**order, "fate": fate}), file=self._server.stdin, flush=True)
        self.pid = int(self._server.stdout.readline())
        ended = json.loads(self._server.stdout.readline())
        return Ended(ended["code"], ended["out"], ended["err"], ended["points"].splitlines())


def _serve() -> None:
    """Fork for each order; say the child's id at once, and its end when it has come."""
    for line in sys.stdin:
        # No files: what may not grow on the child's disk are files.
        pipes = {name: os.pipe() for name in ("out", "err", "points")}
        child = os.fork()
        if child == 0:
            _live(json.loads(line), {name: write for name, (_, write) in pipes.items()})
        print(child, flush=True)
        said = {}
        for name, (read, write) in pipes.items():
            os.close(write)
            with open(read, encoding="utf-8", errors="replace") as stream:  # noqa: PTH123
                said[name] = stream.read()
        print(json.dumps({"code": os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), **said}), flush=True)


def _live(order: dict[str, Any], ends: dict[str, int]) -> None:
    """The child: become the command, meet the fate, never return."""
    from tests.faults.durable_effects import Fate

    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(ends["out"], 1)
    os.dup2(ends["err"], 2)
    code = 1
    try:
        Fate(**order["fate"]).befall(ends["points"])
        code = _command(order)
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _command(order: dict[str, Any]) -> int:
    from flows import pipeline
    from flows.cli import main

    if "arguments" not in order:
        from tasks.errors import TellwhenError

        try:
            as_of = datetime.fromisoformat(order["as_of"])
            return pipeline.run(Path(order["config"]), as_of, check_engine="sql", **order["options"]).exit_code
        except TellwhenError as error:
            print(f"tellwhen: {error}", file=sys.stderr)
            return error.exit_code
    sys.argv = ["tellwhen", *order["arguments"]]
    try:
        main()
    except SystemExit as ending:
        return ending.code if isinstance(ending.code, int) else int(ending.code is not None)
    return 0


if __name__ == "__main__":
    # Imported and compiled here, once; nothing of it starts a thread before a command does.
    import pandas  # noqa: F401  # DuckDB imports it for the first parameter that is a time

    import flows.cli  # noqa: F401
    import tests.faults.durable_effects  # noqa: F401
    from flows.pipeline import check_usable
    from tasks.settings import load_settings

    check_usable(load_settings(Path(sys.argv[1])), send=True)
    _serve()
