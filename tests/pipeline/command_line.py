"""The command line, driven as a user drives it but within this process: through the console script's own entry point."""

from __future__ import annotations

import io
import json
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from flows.cli import main
from tests.pipeline.worlds import World


@dataclass(frozen=True)
class Said:
    """What a command left: its exit code, stdout and stderr."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """All of stdout as one JSON document."""
        return json.loads(self.out)


def tellwhen(world: World | None, *arguments: str) -> Said:
    """`tellwhen --config … ARGUMENTS`."""
    config = ["--config", str(world.config)] if world else []
    out, err, code = io.StringIO(), io.StringIO(), 0
    with patch.object(sys, "argv", ["tellwhen", *config, *arguments]), redirect_stdout(out), redirect_stderr(err):
        try:
            main()
        except SystemExit as ending:
            code = ending.code if isinstance(ending.code, int) else int(ending.code is not None)
    return Said(code, out.getvalue(), err.getvalue())
