"""Progress is told once a step, and again while a step takes long; with counts, and with nothing that speaks to a terminal."""

from __future__ import annotations

import io
import sys
import threading

import pytest

from flows.progress import Lines, counted, shown


def test_each_step_is_said_once_however_often_it_comes_further() -> None:
    said: list[str] = []
    with Lines(said.append, every_s=3600) as progress:
        for rows in (10, 20, 30):
            progress("orders: a.csv", f"{rows} rows read")
        progress("working out promises")
    assert said == ["orders: a.csv: 10 rows read", "working out promises"]


def test_a_step_that_takes_long_is_said_again_with_its_newest_count_and_its_time() -> None:
    """The step itself waits here for what is said of it: one long statement reports nothing by itself."""
    again = threading.Event()
    said: list[str] = []

    def say(line: str) -> None:
        said.append(line)
        if line.startswith("orders: 2 rows read ("):
            again.set()

    with Lines(say, every_s=0.01) as progress:
        progress("orders", "1 row read")
        progress("orders", "2 rows read")
        assert again.wait(60)
    assert said[0] == "orders: 1 row read"
    assert said[-1].endswith(" s)")


def test_who_repeats_is_told_the_step_too() -> None:
    again = threading.Event()
    steps: set[str] = set()
    with Lines(lambda _line: None, 0.01, lambda step, _line: (steps.add(step), again.set())[0]) as progress:
        progress("orders")
        assert again.wait(60)
    assert steps == {"orders"}


def test_elsewhere_than_on_a_terminal_there_are_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    said: list[str] = []
    with shown(said.append) as progress:
        progress("orders: \x1b[31m.csv", "1 row read")
    assert said == ["orders: \\x1b[31m.csv: 1 row read"]


def test_on_a_terminal_steps_and_counts_are_shown_live(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    said: list[str] = []
    with shown(said.append) as progress:
        progress("orders: [bold].csv", "1,000 rows read")
        progress("orders: [bold].csv", "2,000 rows read")
        progress("working out promises")
    shown_at_last = terminal.getvalue()
    assert "orders: [bold].csv: 2,000 rows read" in shown_at_last
    assert "working out promises" in shown_at_last
    assert not said


@pytest.mark.parametrize(("number", "words"), [(0, "0 rows"), (1, "1 row"), (1000, "1,000 rows")])
def test_counts_are_words(number: int, words: str) -> None:
    assert counted(number, "row", "rows") == words
