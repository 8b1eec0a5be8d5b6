"""Every error a user can meet, and what the process's exit code says of it (spec 8).

    TellwhenError                  1   anything that has no better class
    ├── ConfigurationError         2   the configuration file, the environment or a template is wrong; carries every problem found
    ├── UsageError                 2   the command asks for something that does not exist or cannot be done
    ├── ChecksStoppedRun           3   a check failed (or could not be carried out) before anything could be sent
    ├── NoticesUnsettled           5   the run is committed, but notices failed, are uncertain, or the dispatch stopped
    ├── WarehouseIsBackup          5   a backup stands in the warehouse's place: nothing is sent until a person has reconciled
    ├── WarehouseBusy             75   another process writes; nothing was done
    ├── ProviderUnanswered         1   a provider was asked what it knows, and gave no answer that can be used
    └── FileRejected               -   one file is refused whole; landing records it and goes on with the next

A message names the place, the value, what was expected and the next step. `main` prints it without a traceback.
"""

from __future__ import annotations


class TellwhenError(Exception):
    """An error with a message for people."""

    exit_code = 1


class ConfigurationError(TellwhenError):
    """The configuration cannot be used; `problems` holds one sentence for each fault found."""

    exit_code = 2

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class UsageError(TellwhenError):
    """The command names something that does not exist or cannot be done."""

    exit_code = 2


class ChecksStoppedRun(TellwhenError):
    """A check stopped the run before anything could be sent; `summary` is the account of the run, once it has ended."""

    exit_code = 3
    summary: object = None


class NoticesUnsettled(TellwhenError):
    """The run is committed, but notices failed, are uncertain, or the dispatch stopped; `summary` is the account of the run."""

    exit_code = 5

    def __init__(self, summary: object) -> None:
        self.summary = summary
        super().__init__(getattr(summary, "stopped", None) or "notices failed or are uncertain; see `tellwhen notices`")


class WarehouseIsBackup(TellwhenError):
    """The warehouse is a backup that was put in its place: nobody knows what customers were told since."""

    exit_code = 5


class WarehouseBusy(TellwhenError):
    """Another process holds the warehouse for writing."""

    exit_code = 75


class ProviderUnanswered(TellwhenError):
    """A provider was asked what it knows, and gave no answer that can be used; nothing is concluded from that."""


class FileRejected(TellwhenError):
    """One supplier file is refused whole; the message says what was expected and what was found."""
