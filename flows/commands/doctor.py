"""`doctor`: whether all is well set up, and what to do where it is not.

In: the configuration file. Out: findings; exit code 0 if there is no problem, 1 if there is one, 2 if the configuration itself is wrong.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from flows.commands.context import Context, say_where
from flows.commands.reading import AsJson
from flows.commands.showing import text_of
from tasks.errors import ConfigurationError, TellwhenError

if TYPE_CHECKING:
    from flows.doctor.finding import Finding


def doctor(context: typer.Context, as_json: AsJson = False) -> None:
    """Whether all is well set up, and what to do where it is not."""
    from flows.doctor.examination import examine

    options: Context = context.obj
    findings, is_wrongly_configured = examine(options.config_path, options.now(), say_where)
    if as_json:
        print(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False))
    else:
        _show(findings)
    if is_wrongly_configured:
        raise typer.Exit(ConfigurationError.exit_code)
    if any(finding.level == "problem" for finding in findings):
        raise typer.Exit(TellwhenError.exit_code)


def _show(findings: list[Finding]) -> None:
    """A line a finding, another for what to do; piped or not, no line is cut."""
    width = max(len(finding.check) for finding in findings)
    for finding in findings:
        print(f"{finding.level:<7}  {finding.check:<{width}}  {text_of(finding.found)}")
        if finding.to_do:
            print(f"{'':<7}  {'':<{width}}  → {text_of(finding.to_do)}")
    counts = Counter(finding.level for finding in findings)
    levels = [f"{counts[level]} {level}{'s' if counts[level] != 1 else ''}" for level in ("problem", "warning") if counts[level]]
    print(f"\n{' and '.join(levels) or 'All is well'}.")
