"""`demo`: the main job on the sample world.

In: a folder. Out: two days of a made-up parts dealer in it, with an account of them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def demo(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="A new folder for the sample world.")] = Path("demo"),
) -> None:
    """The main job on bundled data, two days in a row."""
    from flows.demo.story import tell_story

    tell_story(folder, context.obj)
