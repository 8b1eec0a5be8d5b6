"""What docs/messages.md says of wording and languages is what happens: its files and its commands are used here as they stand."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from babel.messages.pofile import read_po, write_po

from tasks.messages.catalogues import DOMAIN
from tasks.messages.composing import Composer, Message, Recipient, Shop
from tasks.messages.rehearsal import CASES
from tasks.settings_schema import MessagesSettings

ROOT = Path(__file__).resolve().parents[2]
PAPER = (ROOT / "docs" / "messages.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"(?ms)^```{language}\n(.*?)^```", PAPER)


def run_as_written(commands: str, folder: Path) -> None:
    """Run a block in `folder`, where the project's files stand as in the project."""
    link = folder / "tasks"
    if not link.exists():
        link.symlink_to(ROOT / "tasks")
    script = commands.replace(".venv/bin/", f"{Path(sys.executable).parent}/")
    subprocess.run(["bash", "-euc", script], cwd=folder, check=True, capture_output=True)


def compose(locale: str, folder: Path) -> Message:
    composer = Composer(Shop("The Shop"), None, "en", folder / "locales")
    return composer.compose(Recipient("C1", "Anna", locale), CASES["delayed"])


def translated(path: Path) -> None:
    """Translate what is not translated yet."""
    with path.open("rb") as file:
        catalogue = read_po(file)
    for message in catalogue:
        if message.id and not any(message.string):
            message.string = tuple("NL " + message.id[1] for _ in message.string) if message.pluralizable else f"NL {message.id}"
    with path.open("wb") as file:
        write_po(file, catalogue)


def test_the_settings_are_those_of_the_schema() -> None:
    for text in blocks("toml"):
        MessagesSettings.model_validate(tomllib.loads(text)["messages"])


def test_the_catalogue_shown_changes_just_its_sentences(tmp_path: Path) -> None:
    (shown,) = blocks("po")
    path = tmp_path / "locales" / "de" / "LC_MESSAGES" / f"{DOMAIN}.po"
    path.parent.mkdir(parents=True)
    path.write_text(shown, encoding="utf-8")
    text = compose("de", tmp_path).text
    assert text.startswith("Grüß Gott Anna,\n")
    assert "Stückzahl: 2\nBisher genannt: " in text


def test_a_language_is_started_translated_and_brought_up_to_date_with_the_commands_shown(tmp_path: Path) -> None:
    init, update, _ = blocks("sh")
    run_as_written(init, tmp_path)
    path = tmp_path / "locales" / "nl" / "LC_MESSAGES" / f"{DOMAIN}.po"
    translated(path)
    before = compose("nl", tmp_path)
    assert "NL by vrijdag 4 december 2026" in before.text
    path.write_text(re.sub(r'(?ms)^#:[^"]*msgid "Wait\.".*?\n\n', "", path.read_text(encoding="utf-8")), encoding="utf-8")
    run_as_written(update, tmp_path)
    assert 'msgid "Wait."\nmsgstr ""\n' in path.read_text(encoding="utf-8")
    translated(path)
    assert compose("nl", tmp_path) == before


def test_the_sentences_of_own_templates_are_listed_with_ours_by_the_command_shown(tmp_path: Path) -> None:
    *_, extract = blocks("sh")
    templates = tmp_path / "templates"
    shutil.copytree(ROOT / "tasks" / "messages" / "templates", templates)
    (templates / "subject.txt").write_text('{{ _("News from us") }}', encoding="utf-8")
    run_as_written(extract, tmp_path)
    with (tmp_path / "tellwhen.pot").open("rb") as file:
        listed = read_po(file)
    assert "News from us" in listed
    assert "Wait." in listed


@pytest.mark.parametrize("written", re.findall(r"(?m)^\| `(.*?)\| \w+ \| ([^|;]+);", PAPER))
def test_the_dates_of_the_table_are_those_of_messages(written: tuple[str, str]) -> None:
    locales, day = written
    composer = Composer(Shop("The Shop"), None, "en")
    for locale in re.findall(r"[\w.-]+", locales):
        assert f" {day}\n" in composer.compose(Recipient("C1", None, locale), CASES["delayed"]).text.replace("\u00a0", " ")
