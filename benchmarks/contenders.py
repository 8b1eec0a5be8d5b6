"""Who is measured: Tellwhen, and what a user would pick instead. Each gets a day's files and a command to run.

In: a world, and a folder for what the contender keeps. Out: commands, the environment they run in, and what they left.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Protocol

from benchmarks.measuring import Measured
from benchmarks.world import FEEDS, FIRST_ON, World

ROOT = Path(__file__).parents[1]
PEERS = Path(__file__).parent / "peers"
PEERS_BIN = ROOT / ".venv-bench" / "bin"
CONFIG = """
[warehouse]
path = "var/history.duckdb"
published = "var/published.duckdb"

[[sources]]
name = "suppliers"
feed = "supplier_etas"
format = "{kind}"
location = "inbox/etas_*.{kind}"
mode = "snapshot"

[[sources]]
name = "orders"
feed = "order_lines"
format = "{kind}"
location = "inbox/orders_*.{kind}"
mode = "snapshot"

[[sources]]
name = "customers"
feed = "customers"
format = "{kind}"
location = "inbox/customers_*.{kind}"
mode = "snapshot"

[promise]
calendar = "US"
transit_days_by_country = {{ DE = 4, FR = 3 }}

[guard]
max_customer_share = 1
max_supplier_share = 1

[dispatch]
from_email = "orders@shop.example"
"""


class Contender(Protocol):
    """Someone who can do the job, day after day."""

    name: str
    folder: Path

    def give(self, world: World, number: int) -> None:
        """Put a day's files where it looks for them; not measured."""

    def command(self, world: World, number: int) -> Sequence[str | Path]:
        """What is measured."""

    def environment(self, world: World, number: int) -> Mapping[str, str]: ...

    @property
    def kept(self) -> Path:
        """The folder of what it keeps from day to day."""


def as_of_on(number: int) -> date:
    """The date of a day of the world."""
    return FIRST_ON + timedelta(days=number - 1)


@dataclass
class Tellwhen:
    """`tellwhen run --no-dispatch`, on a Prefect server that is up."""

    folder: Path
    api_url: str
    kind: str = "parquet"
    keys: str = ""
    name: str = field(init=False)

    def __post_init__(self) -> None:
        self.name = f"Tellwhen, {'Parquet' if self.kind == 'parquet' else 'CSV'}"
        (self.folder / "inbox").mkdir(parents=True)
        self.config = self.folder / "tellwhen.toml"
        self.config.write_text(CONFIG.format(kind=self.kind) + self.keys)

    def give(self, world: World, number: int) -> None:
        for feed in FEEDS:
            os.link(world.day(number) / f"{feed}.{self.kind}", self.folder / "inbox" / f"{feed}_{number}.{self.kind}")

    def command(self, world: World, number: int) -> Sequence[str | Path]:
        tellwhen = Path(sys.executable).with_name("tellwhen")
        return [tellwhen, "--config", self.config, "run", "--no-dispatch", "--json", "--as-of", f"{as_of_on(number)}T06:00:00Z"]

    def environment(self, world: World, number: int) -> Mapping[str, str]:
        return {**os.environ, "PREFECT_API_URL": self.api_url, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1", "DO_NOT_TRACK": "1"}

    @property
    def kept(self) -> Path:
        return self.folder / "var"

    @property
    def published(self) -> Path:
        """The copy that analysts read."""
        return self.folder / "var" / "published.duckdb"

    def publish_s(self, measured: Measured) -> float:
        """How long publishing took in the run just measured: from its word that it does to the moment the copy was in its place."""
        said = [seconds for seconds, line in measured.said if "publishing" in line]
        return self.published.stat().st_ctime - measured.begun_at - said[-1] if said else float("nan")


@dataclass
class Dbt:
    """`dbt build`: models, snapshots and tests in their order."""

    folder: Path
    name: str = "dbt-duckdb project"

    def __post_init__(self) -> None:
        self.kept.mkdir(parents=True)

    def give(self, world: World, number: int) -> None: ...

    def command(self, world: World, number: int) -> Sequence[str | Path]:
        return [PEERS_BIN / "dbt", "build", "--project-dir", PEERS / "dbt", "--profiles-dir", PEERS / "dbt"]

    def environment(self, world: World, number: int) -> Mapping[str, str]:
        return {
            **os.environ, "FEEDS_OF_TODAY": str(world.day(number)), "AS_OF": str(as_of_on(number)), "DBT_WAREHOUSE": str(self.warehouse),
            "DBT_TARGET_PATH": str(self.folder / "target"), "DBT_LOG_PATH": str(self.folder / "logs"), "DO_NOT_TRACK": "1",
        }  # fmt: skip

    @property
    def kept(self) -> Path:
        return self.folder / "kept"

    @property
    def warehouse(self) -> Path:
        """The DuckDB file that dbt builds in."""
        return self.kept / "dbt.duckdb"


@dataclass
class Pandas:
    """The script, with yesterday's file beside it."""

    folder: Path
    name: str = "pandas script"

    def __post_init__(self) -> None:
        self.kept.mkdir(parents=True)

    def give(self, world: World, number: int) -> None:
        """Put yesterday's promises aside, for datacompy."""
        if self.promises.exists():
            shutil.copyfile(self.promises, self.before)

    def command(self, world: World, number: int) -> Sequence[str | Path]:
        return [PEERS_BIN / "python", PEERS / "pandas_script.py", world.day(number), self.kept, str(as_of_on(number))]

    def environment(self, world: World, number: int) -> Mapping[str, str]:
        return os.environ

    @property
    def kept(self) -> Path:
        return self.folder / "kept"

    @property
    def promises(self) -> Path:
        """Today's promises."""
        return self.kept / "promises.parquet"

    @property
    def before(self) -> Path:
        """Yesterday's."""
        return self.folder / "promises_before.parquet"


@dataclass
class Datacompy:
    """The comparison of yesterday's promises with today's, and nothing else; the promises are the script's."""

    folder: Path
    script: Pandas
    name: str = "datacompy, comparison alone"

    def __post_init__(self) -> None:
        self.kept.mkdir(parents=True)

    def give(self, world: World, number: int) -> None: ...

    def command(self, world: World, number: int) -> Sequence[str | Path]:
        return [
            PEERS_BIN / "python", PEERS / "datacompy_script.py", self.script.before, self.script.promises, self.kept / "report.json",
        ]  # fmt: skip

    def environment(self, world: World, number: int) -> Mapping[str, str]:
        return os.environ

    @property
    def kept(self) -> Path:
        return self.folder / "kept"


def versions() -> str:
    """What is compared, with versions: ours from this environment, the peers' from theirs."""
    ours = _versions(Path(sys.executable), ["tellwhen", "prefect", "duckdb", "polars"])
    theirs = _versions(PEERS_BIN / "python", ["dbt-core", "dbt-duckdb", "duckdb", "pandas", "datacompy"])
    return f"{ours}; peers: {theirs}; Python {sys.version.split()[0]}"


def _versions(python: Path, names: list[str]) -> str:
    asking = f"from importlib.metadata import version; print(', '.join(f'{{n}} {{version(n)}}' for n in {names}))"
    return subprocess.run([python, "-c", asking], capture_output=True, text=True, check=True).stdout.strip()
