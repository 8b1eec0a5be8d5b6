"""The sample world: Northgate Parts on two working days (README.md beside this file tells the story).

In: a folder. Out: a configuration file in it, and the day's files in its inbox.
Nothing is made up on the fly: the files are those in `world/`, byte by byte.
"""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

_WORLD = Path(__file__).with_name("world")

# The as-of instants of the two runs: 07:00 in Chicago. The next day is Thanksgiving.
DAYS: tuple[datetime, ...] = (datetime(2026, 11, 24, 13, 0, tzinfo=UTC), datetime(2026, 11, 25, 13, 0, tzinfo=UTC))


def write_world(folder: Path) -> Path:
    """Write the configuration into `folder` (made if need be) and return its path.

    The inbox is still empty: `drop_day` fills it. Raises FileExistsError if a configuration stands there already.
    """
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "tellwhen.toml"
    with config.open("xb") as file:
        file.write((_WORLD / "tellwhen.toml").read_bytes())
    return config


def drop_day(folder: Path, day: int) -> None:
    """Put the files of `day` (1 or 2) into the inbox of `folder`, as if suppliers and shop had sent them an hour before that day's run."""
    sent_at = (DAYS[day - 1] - timedelta(hours=1)).timestamp()
    source = _WORLD / f"day-{day}"
    for file in sorted(path for path in source.rglob("*") if path.is_file()):
        target = folder / "inbox" / file.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
        os.utime(target, (sent_at, sent_at))
