"""The papers say what is there: links lead somewhere, targets exist, every command is written down."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tasks.settings import load_settings

ROOT = Path(__file__).resolve().parents[2]
PAPERS = [
    path for path in sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("flows/**/*.md")]) if ".venv" not in path.parts
]


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
    for name in ("requirements.lock", "requirements-dev.lock", "benchmarks/requirements.lock"):
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
    from flows.commands.by_name import COMMANDS

    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert not [name for name in COMMANDS if f"`{name}`" not in changelog]
