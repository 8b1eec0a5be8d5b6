"""Each statement, given rows, when run with parameters, leaves the rows that its cases expect (cases/, one file a statement)."""

from __future__ import annotations

import pytest

from tasks.queries import folder
from tasks.warehouse import Warehouse
from tests.sql.given_when_expect import FOLDERS, Case, cases, check, covered

ALL_CASES = [
    pytest.param(
        case,
        id=f"{case.path}: {case.sentence}",
        marks=[pytest.mark.xfail(reason=case.xfail, raises=AssertionError, strict=True)] if case.xfail else [],
    )
    for case in cases()
]


@pytest.mark.parametrize("case", ALL_CASES)
def test_given_rows_a_statement_leaves_the_rows_expected(warehouse: Warehouse, case: Case) -> None:
    check(warehouse, case)


def test_every_statement_has_a_case() -> None:
    assert sorted({name for group in FOLDERS for name in folder(group)} - covered()) == []
