"""The commands by name: the module of a command, and all that it imports, is loaded when the command is called.

In: a name on the command line. Out: the command that the module holds.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

# name -> where it stands (a function, or a Typer of several commands) and the first sentence of its help.
COMMANDS = {
    "demo": ("demonstrating:demo", "The main job on bundled data, two days in a row."),
    "run": ("running:run", "One run: pull, land, check, promise, compare, tell."),
    "dispatch": ("running:dispatch", "Send what is pending."),
    "who": ("reading:who", "Who should be informed, who has been, who could not be."),
    "explain": ("reading:explain", "Why this date: the slices of a line's promise, down to the supplier's row."),
    "timeline": ("reading:timeline", "Every date ever believed and told of a line."),
    "notices": ("notices:app", "The outbox: what went out, what waits, what could not be sent."),
    "runs": ("reading:runs", "What happened: the runs, newest first."),
    "quarantine": ("reading:quarantine", "What was refused and why, newest first."),
    "sources": ("sources:app", "The feeds and their age."),
    "told": ("telling:told", "Record that a person told the customer."),
    "events": ("deliveries:events", "Take provider events (SendGrid event webhook JSON): which notices arrived, bounced or were dropped."),
    "serve": ("deliveries:serve", "Take SendGrid's event webhook: POST /webhooks/sendgrid. Events wait on disk for `settle`."),
    "settle": (
        "deliveries:settle",
        "Take in what the webhook has brought, and ask the provider for its suppressions and for what is uncertain.",
    ),
    "digest": (
        "digesting:digest",
        "Tell staff what became of their customers and deliveries, once a day: the work of the flow staff-digest.",
    ),
    "report": ("reporting:report", "The day and the trends on one page that needs no network: changes, who was told, who to call, checks."),
    "compact": ("housekeeping:compact", "Forget what files said long ago, as [retention] says, and give the room back."),
    "backup": ("housekeeping:backup", "Copy the warehouse, as of its last commit, into a folder."),
    "replay": ("replaying:replay", "Make past runs again and show any difference to what was recorded: exit code 0 none, 1 some."),
    "doctor": ("doctor:doctor", "Whether all is well set up, and what to do where it is not."),
}


class NamedCommand(TyperCommand):
    """A command of which only name and sentence are known until it is called."""

    def __init__(self, name: str, place: str, sentence: str) -> None:
        super().__init__(name, help=sentence)
        self._place = place

    def loaded(self) -> Any:
        """The command itself, with its options, ready to be called."""
        module, _, attribute = self._place.partition(":")
        found = getattr(import_module(f"{__package__}.{module}"), attribute)
        if not isinstance(found, typer.Typer):
            app = typer.Typer(add_completion=False)
            app.command()(found)
            found = app
        command = get_command(found)
        command.name = self.name
        return command

    def make_context(self, *arguments: Any, **more: Any) -> Any:
        """The call of the command itself."""
        return self.loaded().make_context(*arguments, **more)


class CommandsByName(TyperGroup):
    """All of `COMMANDS`, none of them loaded."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        for name, (place, sentence) in COMMANDS.items():
            self.add_command(NamedCommand(name, place, sentence))
