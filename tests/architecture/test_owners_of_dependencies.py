"""design.md, rule 2: each dependency has one owner, and a heavy one is paid for only by who needs it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from flows.demo.world import write_world
from tasks.migrating import migrate
from tasks.settings import load_settings
from tasks.warehouse import open_for_writing, writer_lock
from tests.architecture.source_files import ROOT, Import, imports_of, python_files

# Dependency -> the files and folders that may import it.
OWNERS = {
    "duckdb": ("tasks/warehouse.py",),
    "great_expectations": ("data_checks/great_expectations_runner.py",),
    "sendgrid": ("tasks/transports/sendgrid.py",),
    "prefect": ("flows/",),
    "cryptography": ("tasks/settling/signature.py",),
    "starlette": ("flows/serving.py",),
    "uvicorn": ("flows/serving.py",),
}
LIGHT_AT_IMPORT = ("flows/pipeline.py", "flows/cli.py")
# Who does not need them pays for neither.
HEAVY = ("prefect", "great_expectations")
# What the commands themselves need of other packages; listing them needs none of it.
NOT_FOR_HELP = (
    *HEAVY, "babel", "cryptography", "duckdb", "holidays", "jinja2", "numpy", "pandas", "polars", "pyarrow", "pydantic", "sendgrid",
    "sqlalchemy", "starlette", "urllib3", "uvicorn", "zstandard",
)  # fmt: skip
# What a question to the warehouse needs none of: the rest is a DuckDB and the settings' schema.
NOT_FOR_READING = tuple(name for name in NOT_FOR_HELP if name not in ("duckdb", "pydantic"))
# What Great Expectations imports for expectations and reports that are none of ours.
NOT_FOR_CHECKS = ("altair", "scipy.stats", "jsonschema", "mistune")


def importers(dependency: str) -> list[tuple[Path, Import]]:
    return [
        (path, found)
        for path in python_files()
        for found in imports_of(path)
        if found.module == dependency or found.module.startswith(f"{dependency}.")
    ]


@pytest.mark.parametrize("dependency", OWNERS)
def test_only_its_owner_imports_a_dependency(dependency: str) -> None:
    strangers = [
        f"{path}, line {found.line}" for path, found in importers(dependency) if not path.as_posix().startswith(OWNERS[dependency])
    ]
    assert not strangers, f"{dependency} belongs to {', '.join(OWNERS[dependency])}"


@pytest.mark.parametrize("path", LIGHT_AT_IMPORT)
def test_pipeline_and_commands_import_prefect_only_when_they_need_it(path: str) -> None:
    assert not [found.line for found in imports_of(Path(path)) if found.is_at_once and found.module.split(".")[0] == "prefect"]


def test_only_settings_read_the_environment() -> None:
    readers = []
    for path in python_files():
        text = (ROOT / path).read_text(encoding="utf-8")
        if any(word in text for word in ("environ", "getenv")) and path.as_posix() != "tasks/settings.py":
            readers += [f"{path}, line {n}" for n, line in enumerate(text.splitlines(), 1) if "os.environ" in line or "getenv" in line]
    assert not readers, "read it in tasks/settings.py and hand it on"


@pytest.mark.parametrize("statement", ["import flows.cli", "import flows.pipeline", "from flows.cli import app"])
def test_importing_the_edge_loads_neither_prefect_nor_great_expectations(statement: str) -> None:
    """Through all that is imported on the way, not only by the file itself."""
    assert loaded_after(statement) == []


def test_importing_every_task_loads_neither_prefect_nor_great_expectations() -> None:
    modules = [".".join(path.with_suffix("").parts) for path in python_files("tasks")]
    assert loaded_after("import " + ", ".join(modules)) == []


def test_help_loads_no_heavy_package_and_no_command() -> None:
    unwanted = (*NOT_FOR_HELP, "flows.commands.reading", "flows.commands.running", "flows.commands.context")
    assert loaded_after(command("--help"), unwanted) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["runs"],
        ["who", "--sku", "no-such", "--as-of", "2026-11-24"],
        ["explain", "no-such", "1"],
        ["timeline", "no-such", "1"],
        ["notices", "--state", "held"],
        ["sources"],
        ["quarantine", "--source", "no-such"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_a_reading_command_loads_duckdb_and_little_else(tmp_path: Path, arguments: list[str]) -> None:
    """DuckDB would import pandas for any parameter, which takes longer than all the rest."""
    config = write_world(tmp_path)
    settings = load_settings(config).warehouse
    with writer_lock(settings), open_for_writing(settings) as warehouse:
        migrate(warehouse)
    said = loaded_after(command("--config", str(config), *arguments), ("duckdb", *NOT_FOR_READING))
    assert said == ["duckdb"]


def test_the_checks_load_no_charts_and_no_distributions() -> None:
    checks = "from data_checks.engines import warm_up; warm_up('great_expectations')"
    assert loaded_after(checks, ("great_expectations", *NOT_FOR_CHECKS)) == ["great_expectations"]


def test_unit_tests_import_neither_prefect_nor_great_expectations() -> None:
    late = ("prefect", "great_expectations", "data_checks.great_expectations_runner", "flows.steps", "flows.notify_changes")
    importing = [
        f"{path}, line {found.line}" for path in python_files("tests/unit") for found in imports_of(path) if found.module.startswith(late)
    ]
    assert not importing


def command(*arguments: str) -> str:
    """A statement that carries out `tellwhen ARGUMENTS`, however it ends."""
    call = "from flows.cli import main\nwith contextlib.suppress(SystemExit): main()"
    return f"import contextlib, sys; sys.argv = {['tellwhen', *arguments]!r}\n{call}"


def loaded_after(statement: str, heavy: Sequence[str] = HEAVY) -> list[str]:
    """Which of the heavy packages a fresh Python has loaded after `statement`."""
    report = f"\nimport sys; print('loaded:', *[name for name in {tuple(heavy)!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", statement + report], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1].split()[1:]
