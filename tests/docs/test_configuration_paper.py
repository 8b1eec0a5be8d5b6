"""docs/configuration.md says of every key what the schema says, and its examples can be used."""

from __future__ import annotations

import re
import runpy
import tomllib
from pathlib import Path
from typing import Any, get_args, get_origin

import pytest
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from tasks.settings_dispatch import Transport
from tasks.settings_schema import Feed, Format, Settings

ROOT = Path(__file__).resolve().parents[2]
PAPER = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")


def test_the_paper_is_as_fresh_as_the_schema() -> None:
    written = runpy.run_path(str(ROOT / "docs" / "configuration.py"))["paper"]()
    assert written == PAPER, "make docs writes it anew"


def test_a_key_without_a_meaning_cannot_be_written_down() -> None:
    generator = runpy.run_path(str(ROOT / "docs" / "configuration.py"))
    with pytest.raises(KeyError, match="description"):
        generator["row"]("silent", {"type": "string", "default": "x"}, False)


def documented() -> dict[str, dict[str, str]]:
    """Section -> key -> default, from the tables of the paper."""
    return {
        section: dict(re.findall(r"(?m)^\| `(\w+)` \| .*? \| (.*?) \|", body))
        for section, body in re.findall(r"(?ms)^##+ \[+([\w.]+)\]+\n(.*?)(?=^##|\Z)", PAPER)
    }


def sections(model: type[BaseModel], prefix: str = "") -> dict[str, dict[str, Any]]:
    """Section -> key -> default, from the models alone; not by way of the generator."""
    found: dict[str, dict[str, Any]] = {}
    for name, field in model.model_fields.items():
        kinds = [field.annotation, *get_args(field.annotation)]
        inner = next((kind for kind in kinds if isinstance(kind, type) and get_origin(kind) is None and issubclass(kind, BaseModel)), None)
        if inner is not None:
            found |= sections(inner, f"{prefix}{name}.")
        elif prefix:
            found.setdefault(prefix[:-1], {})[name] = field.get_default(call_default_factory=True)
    return found


def test_every_section_and_every_key_is_written_down() -> None:
    assert {section: set(keys) for section, keys in documented().items()} == {
        section: set(keys) for section, keys in sections(Settings).items()
    }


@pytest.mark.parametrize("section", sections(Settings))
def test_defaults_that_are_written_down_are_those_of_the_code(section: str) -> None:
    for key, default in sections(Settings)[section].items():
        text = documented()[section][key]
        if default is PydanticUndefined:
            assert text == "**required**", key
        elif text == "none":
            assert default in (None, [], {}), key
        else:
            value = tomllib.loads(f"value = {text.strip('`')}")["value"]
            assert value == (str(default) if isinstance(default, Path) else default), key


@pytest.mark.parametrize("kind", [Feed, Format, Transport])
def test_words_that_a_setting_may_have_are_written_down(kind: object) -> None:
    words = get_args(kind)
    assert words
    assert not [word for word in words if f'`"{word}"`' not in PAPER]


def test_every_example_can_be_used() -> None:
    smallest, *examples = [tomllib.loads(block) for block in re.findall(r"(?ms)^```toml\n(.*?)^```", PAPER)]
    assert examples
    for example in examples:
        sources = [*smallest["sources"], *example.pop("sources", [])]
        Settings.model_validate({**smallest, **example, "sources": sources, "folder": ROOT})
