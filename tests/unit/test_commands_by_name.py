"""The table of commands: what is listed before a command is loaded is what the command says of itself."""

from __future__ import annotations

import typer

from flows.cli import app
from flows.commands.by_name import COMMANDS, NamedCommand


def test_the_listed_sentence_is_the_one_that_the_command_itself_opens_with() -> None:
    for name, (place, sentence) in COMMANDS.items():
        loaded = NamedCommand(name, place, sentence).loaded()
        assert (loaded.help or "").splitlines()[0] == sentence, name


def test_a_name_leads_to_the_command_itself() -> None:
    group = typer.main.get_command(app)
    for name in COMMANDS:
        with typer.Context(group) as context:
            listed = group.get_command(context, name)  # type: ignore[attr-defined]
            called = listed.make_context(name, [], parent=context, resilient_parsing=True).command
        assert (called.name, called is listed) == (name, False)
