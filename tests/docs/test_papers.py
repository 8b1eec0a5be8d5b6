"""The papers say what is there: links lead somewhere, targets exist, every setting and command is written down."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, get_args, get_origin

import pytest
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from tasks import settings_schema
from tasks.settings import load_settings
from tasks.settings_schema import Settings

ROOT = Path(__file__).resolve().parents[2]
PAPERS = [
    path for path in sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("flows/**/*.md")]) if ".venv" not in path.parts
]
CONFIGURATION = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_to_files_lead_somewhere(paper: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", paper.read_text(encoding="utf-8"))
    dead = [link for link in links if "://" not in link and not (paper.parent / link).exists()]
    assert not dead


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_make_targets_that_are_named_exist(paper: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    text = paper.read_text(encoding="utf-8")
    named = re.findall(r"(?m)(?:`|^)make ([a-z][a-z-]*)", text)
    assert not [target for target in named if not re.search(rf"(?m)^{target}:", makefile)]


def documented() -> dict[str, dict[str, str]]:
    """Section -> key -> default, from the tables of docs/configuration.md."""
    sections: dict[str, dict[str, str]] = {}
    for section, body in re.findall(r"(?ms)^## \[+(\w+)\]+\n(.*?)(?=^## |\Z)", CONFIGURATION):
        sections[section] = dict(re.findall(r"(?m)^\| `(\w+)` \| (.*?) \|", body))
    return sections


def sections_of_settings() -> dict[str, type[BaseModel]]:
    found: dict[str, type[BaseModel]] = {}
    for name, field in Settings.model_fields.items():
        kind: Any = field.annotation
        if get_origin(kind) is list:
            kind = get_args(kind)[0]
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            found[name] = kind
    return found


def test_every_section_is_written_down() -> None:
    assert list(documented()) == list(sections_of_settings())


@pytest.mark.parametrize("section", sections_of_settings())
def test_every_key_is_written_down(section: str) -> None:
    assert set(documented()[section]) == set(sections_of_settings()[section].model_fields)


@pytest.mark.parametrize("section", sections_of_settings())
def test_defaults_that_are_written_down_are_those_of_the_code(section: str) -> None:
    fields = sections_of_settings()[section].model_fields
    for key, text in documented()[section].items():
        default = fields[key].get_default(call_default_factory=True)
        if text == "**required**" or default is PydanticUndefined:
            assert (text, default) == ("**required**", PydanticUndefined), key
        elif text.startswith("`"):
            assert tomllib.loads(f"value = {text.strip('`')}")["value"] == default, key
        else:
            assert default is None or isinstance(default, list | dict | BaseModel), f"{key}: write the default {default!r} down"


@pytest.mark.parametrize("kind", ["Feed", "Format", "Transport"])
def test_words_that_a_setting_may_have_are_written_down(kind: str) -> None:
    words = get_args(getattr(settings_schema, kind))
    assert words
    assert not [word for word in words if f"`{word}`" not in CONFIGURATION and f'`"{word}"`' not in CONFIGURATION]


def test_the_sample_configuration_is_valid() -> None:
    settings = load_settings(ROOT / "flows" / "demo" / "world" / "tellwhen.toml", {})
    assert {source.feed for source in settings.sources} == {
        "supplier_etas",
        "order_lines",
        "customers",
        "inventory",
        "alternatives",
        "staff",
    }


def test_every_address_of_the_sample_world_is_nobodys() -> None:
    world = ROOT / "flows" / "demo" / "world"
    addresses = {match for path in world.rglob("*.*") for match in re.findall(rb"[\w.+-]+@([\w.-]+\w)", path.read_bytes())}
    assert addresses
    assert not [host for host in addresses if not host.endswith((b"example.com", b"example.org"))]


def test_lock_files_carry_hashes_and_name_no_host() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "://" not in text, name
        pins = re.findall(r"(?m)^[a-z0-9][\w.\[\]-]*==", text)
        assert pins
        assert len(pins) == len(re.findall(r"(?m)^[a-z0-9][^\n]*==[^\n]* \\\n    --hash=sha256:", text)), name


def test_the_glossary_has_the_words_that_feeds_and_kinds_use() -> None:
    glossary = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8")
    words = [
        "slice",
        "promise",
        "pegging",
        "notice",
        "as-of",
        "baseline",
        "quarantine",
        "suppression",
        "ASN",
        "delayed",
        "missed",
        "overdue",
    ]
    assert not [word for word in words if word not in glossary]


def test_every_command_is_in_the_changelog() -> None:
    from flows.cli import app

    names = {command.name or getattr(command.callback, "__name__", "") for command in app.registered_commands}
    names |= {group.name for group in app.registered_groups if isinstance(group.name, str)}
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert not [name for name in names if f"`{name}`" not in changelog]
