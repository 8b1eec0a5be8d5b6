"""docs/supplier_slips.py: the example notebook runs from its first cell to its last on the sample world."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.docs.history_written import make_sample_world

NOTEBOOK = Path(__file__).parents[2] / "docs" / "supplier_slips.py"


def test_the_notebook_shows_a_supplier_of_the_sample_world(tmp_path: Path) -> None:
    make_sample_world(tmp_path)
    (history,) = tmp_path.rglob("published.duckdb")
    page = tmp_path / "slips.html"
    # A copy: marimo keeps a session beside the file.
    notebook = shutil.copy(NOTEBOOK, tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "marimo", "export", "html", notebook, "--output", str(page), "--", "--history", str(history)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env={**os.environ, "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    text = page.read_text(encoding="utf-8")
    assert "CASCADE" in text
    assert "How far its days moved" in text
    assert "marimo-error" not in text
