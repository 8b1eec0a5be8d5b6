"""What is installed is whole: a wheel holds every file that the code reads beside the modules."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

from tests.architecture.source_files import ROOT

READ_AT_RUN_TIME = ("sql", "tasks/messages/templates", "tasks/messages/locales", "flows/demo/world", "flows/reporting/template")


def test_a_wheel_holds_statements_templates_catalogues_and_the_sample_world(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    packed = set(ZipFile(wheel).namelist())
    needed = {path.relative_to(ROOT).as_posix() for folder in READ_AT_RUN_TIME for path in (ROOT / folder).rglob("*.*") if path.is_file()}
    assert "tasks/messages/locales/fr/LC_MESSAGES/tellwhen.po" in needed
    assert needed <= packed
