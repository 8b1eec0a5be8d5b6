"""Each file of `sql/` binds on a freshly migrated warehouse, and its header says what it reads, writes and is told (design.md, rule 3)."""

from __future__ import annotations

import pytest

from tasks.queries import folder, parameters, statement
from tasks.warehouse import Warehouse
from tests.sql import naming
from tests.sql.given_when_expect import FOLDERS

STATEMENTS = [name for group in FOLDERS if group != "views" for name in folder(group)]
VIEWS = list(folder("views"))
EVERYTHING = [*folder("schema"), *VIEWS, *STATEMENTS]


@pytest.fixture(scope="module")
def known(migrated: Warehouse) -> set[str]:
    """The tables, views and table macros of the warehouse, those of the schema `main` without its name."""
    found = migrated.connection.execute(
        "select schema_name, table_name from duckdb_tables() "
        "union all select schema_name, view_name from duckdb_views() where not internal "
        "union all select schema_name, function_name from duckdb_functions() where not internal and function_type = 'table_macro'"
    ).fetchall()
    return {name if schema == "main" else f"{schema}.{name}" for schema, name in found}


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_statement_binds_with_null_parameters(warehouse: Warehouse, name: str) -> None:
    warehouse.connection.execute(f"explain {statement(name)}", dict.fromkeys(parameters(name)) or None)


@pytest.mark.parametrize("name", EVERYTHING)
def test_a_file_holds_a_header_of_the_house_form(name: str) -> None:
    header = naming.header(statement(name))
    assert header.sentence.endswith((".", "?", ").")), f"the first line of {name} is no sentence: {header.sentence}"
    assert header.grain.startswith(("one row", "one row,")), f"the grain of {name} does not say what one row is: {header.grain}"


@pytest.mark.parametrize("name", [*VIEWS, *STATEMENTS])
def test_a_header_names_just_the_tables_that_are_read(known: set[str], name: str) -> None:
    assert sorted(naming.header(statement(name)).reads) == sorted(naming.reads(statement(name), known))


@pytest.mark.parametrize("name", EVERYTHING)
def test_a_header_names_just_the_tables_that_are_written(name: str) -> None:
    written = {target for target in naming.writes(statement(name)) if not target.startswith("staging.good_")}
    assert sorted(naming.header(statement(name)).writes) == sorted(written)


@pytest.mark.parametrize("name", EVERYTHING)
def test_a_header_names_just_the_parameters(name: str) -> None:
    assert sorted(naming.header(statement(name)).params) == sorted(parameters(name))


def test_names_are_read_from_the_words_before_them() -> None:
    text = """
        -- A comment that says from nowhere.
        insert into told by name
        with mine as (select 1), again as (select * from mine)
        select 'from texts' from state.lines as l, again as a
        inner join notices as n on l.a is not distinct from n.a
        where exists (select 1 from runs) and not exists (select 1 from again)
    """
    assert naming.reads(text, {"state.lines", "notices", "runs", "mine", "texts", "nowhere", "told"}) == {"state.lines", "notices", "runs"}
    assert naming.writes(text) == {"told"}
    assert naming.reads("delete from runs as r where exists (select 1 from told)", {"runs", "told"}) == {"told"}
