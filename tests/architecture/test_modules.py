"""style.md: a module is one thing, named for it, and short enough to be read in one go."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.architecture.source_files import PACKAGES, ROOT, python_files, text_of, tree_of

LONGEST_MODULE = 300
NAMES_FOR_NOTHING = {"utils", "util", "helpers", "helper", "common", "base", "misc", "shared", "core"}
FILES = python_files()


@pytest.mark.parametrize("path", FILES, ids=str)
def test_a_module_is_no_longer_than_can_be_read_in_one_go(path: Path) -> None:
    assert len(text_of(path).splitlines()) <= LONGEST_MODULE


@pytest.mark.parametrize("path", FILES, ids=str)
def test_a_module_says_what_it_is(path: Path) -> None:
    assert ast.get_docstring(tree_of(path)), f"{path}: expected a docstring: which stage, what goes in, what comes out"


def test_no_module_and_no_folder_has_a_name_that_says_nothing() -> None:
    paths = [*FILES, *(path.relative_to(ROOT) for folder in (*PACKAGES, "sql") for path in (ROOT / folder).rglob("*") if path.is_dir())]
    assert not [path for path in paths if path.stem in NAMES_FOR_NOTHING]


def test_public_functions_of_tasks_and_checks_have_docstrings() -> None:
    silent = [
        f"{path}, line {node.lineno}: {node.name}"
        for path in python_files("tasks", "data_checks")
        for node in tree_of(path).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not ast.get_docstring(node)
    ]
    assert not silent
