"""design.md, rule 2: each dependency has one owner, and a heavy one is paid for only by who needs it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

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
    "altair": ("flows/reporting/",),
    "vl_convert": ("flows/reporting/page.py",),
}
LIGHT_AT_IMPORT = ("flows/pipeline.py", "flows/cli.py")
# What those who are no Great Expectations need to import of it; the runner is imported late, by name.
HEAVY = ("prefect", "great_expectations", "altair", "vl_convert")


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


def test_help_loads_neither_prefect_nor_great_expectations() -> None:
    call = (
        "import contextlib, sys; sys.argv = ['tellwhen', '--help']\nfrom flows.cli import app\nwith contextlib.suppress(SystemExit): app()"
    )
    assert loaded_after(call) == []


def test_unit_tests_import_neither_prefect_nor_great_expectations() -> None:
    late = ("prefect", "great_expectations", "data_checks.great_expectations_runner", "flows.steps", "flows.notify_changes")
    importing = [
        f"{path}, line {found.line}" for path in python_files("tests/unit") for found in imports_of(path) if found.module.startswith(late)
    ]
    assert not importing


def loaded_after(statement: str) -> list[str]:
    """Which of the heavy packages a fresh Python has loaded after `statement`."""
    report = f"\nimport sys; print('loaded:', *[name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", statement + report], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1].split()[1:]
