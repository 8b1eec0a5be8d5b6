"""The project's own source files, read once, for the tests of design.md's rules."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("flows", "tasks", "data_checks")


@dataclass(frozen=True)
class Import:
    """A module that is imported, where, and whether that happens as soon as the importing module is."""

    module: str
    line: int
    is_at_once: bool


@cache
def python_files(*packages: str) -> tuple[Path, ...]:
    """The Python files of the packages, as paths relative to the project."""
    return tuple(path.relative_to(ROOT) for package in packages or PACKAGES for path in sorted((ROOT / package).rglob("*.py")))


@cache
def sql_files() -> tuple[Path, ...]:
    """The SQL files, as paths relative to the project."""
    return tuple(path.relative_to(ROOT) for path in sorted((ROOT / "sql").rglob("*.sql")))


@cache
def text_of(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(text_of(path))


def imports_of(path: Path) -> Iterator[Import]:
    """All imports of a file, those inside functions and under TYPE_CHECKING too (they are not at once)."""
    yield from _imports(tree_of(path), is_at_once=True)


def _imports(node: ast.AST, is_at_once: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        later = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) or _is_type_checking(child)
        if isinstance(child, ast.Import):
            for alias in child.names:
                yield Import(alias.name, child.lineno, is_at_once)
        elif isinstance(child, ast.ImportFrom) and child.module and child.level == 0:
            yield Import(child.module, child.lineno, is_at_once)
        else:
            yield from _imports(child, is_at_once and not later)


def _is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


def texts_of(path: Path) -> Iterator[tuple[int, str]]:
    """All texts in a Python file that are no docstrings, with their line; of an f-string its fixed parts, joined."""
    tree = tree_of(path)
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    passed_over: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr):
            passed_over.add(id(node.body[0].value))
        if isinstance(node, ast.JoinedStr):
            passed_over.update(id(part) for part in node.values)
            fixed = [part.value if isinstance(part, ast.Constant) else "x" for part in node.values]
            yield node.lineno, "".join(str(part) for part in fixed)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in passed_over:
            yield node.lineno, node.value
