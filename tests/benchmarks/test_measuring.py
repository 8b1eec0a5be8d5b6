"""What is measured is what a process and its children take."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.measuring import bytes_of, measure

MEGABYTES_OF_A_CHILD = 150
WITH_A_CHILD = f"""
import subprocess, sys, time
print("begun", file=sys.stderr, flush=True)
child = "import time; held = bytearray({MEGABYTES_OF_A_CHILD} * 2**20); begun = time.process_time()" \
        "\\nwhile time.process_time() - begun < 0.5: pass"
subprocess.run([sys.executable, "-c", child], check=True)
print("done")
"""


def test_memory_and_cpu_time_of_children_count() -> None:
    measured = measure([sys.executable, "-c", WITH_A_CHILD], os.environ)
    assert measured.output == "done"
    assert [line for _, line in measured.said] == ["begun"]
    assert measured.said[0][0] < measured.wall_s
    assert measured.cpu_s >= 0.5
    assert measured.peak_bytes > MEGABYTES_OF_A_CHILD * 2**20


def test_a_command_that_fails_is_no_measurement() -> None:
    with pytest.raises(subprocess.CalledProcessError) as failure:
        measure([sys.executable, "-c", "import sys; print('why', file=sys.stderr); sys.exit(4)"], os.environ)
    assert failure.value.stderr == "why"
    assert measure([sys.executable, "-c", "import sys; sys.exit(4)"], os.environ, expected_codes=(0, 4)).output == ""


def test_a_file_with_two_names_takes_its_bytes_once(tmp_path: Path) -> None:
    (tmp_path / "one").write_bytes(b"x" * 1000)
    os.link(tmp_path / "one", tmp_path / "other")
    assert bytes_of(tmp_path) == 1000
