"""A shop as docs/operations.md sets it up: a Prefect server and a worker as processes of their own, and the commands as they stand there.

In: a folder and a configuration file. Out: a `Shop` whose commands are the paper's, with its own port and file put in.
"""

from __future__ import annotations

import getpass
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterDeploymentId
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.responses import DeploymentResponse

from tests.flows.postgres import as_superuser, tools

PROJECT = Path(__file__).parents[2]
PAPER = (PROJECT / "docs" / "operations.md").read_text(encoding="utf-8")

Found = TypeVar("Found")


def block(name: str) -> str:
    """The commands that the paper gives under this name."""
    found = re.search(rf"<!-- smoke test: {name} -->\n```sh\n(.*?)```", PAPER, re.DOTALL)
    assert found, f"docs/operations.md has no block {name!r}"
    return found[1]


def eventually(what: str, look: Callable[[], Found | None], seconds: float = 240) -> Found:
    """What `look` finds, as soon as it does; AssertionError when it does not in time."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, f"{what}: not within {seconds:.0f} s"
        time.sleep(0.2)
    return found


@dataclass(frozen=True)
class Shop:
    """Server, pool, deployments and worker of one shop. `client` speaks to its server; `postgres`: its database's socket, None = SQLite."""

    folder: Path
    config: Path
    port: int
    client: SyncPrefectClient
    postgres: Path | None = None
    deployments: dict[str, DeploymentResponse] = field(default_factory=dict)
    scheduled: dict[str, list[FlowRun]] = field(default_factory=dict)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def script(self, name: str, *arguments: str) -> str:
        """The block as a shell has it: after the paper's environment, with this shop's port, file and arguments in place of the paper's."""
        command = block(name).strip().removesuffix(" ID")
        first = block("environment") + (block("database address") if self.postgres and name == "server" else "")
        text = f"{first}\nexec {shlex.join([*shlex.split(command), *arguments])}"
        text = text.replace("4200", str(self.port)).replace("/srv/shop/tellwhen.toml", shlex.quote(str(self.config)))
        return text.replace("/var/run/postgresql", str(self.postgres))

    @property
    def environment(self) -> dict[str, str]:
        """As after `. .venv/bin/activate`, with a home of its own for Prefect, and less waiting than a shop would want."""
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")},
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PREFECT_HOME": str(self.folder / "prefect"),
            "PREFECT_WORKER_QUERY_SECONDS": "1",
        }

    def make_database(self) -> None:
        """The paper's commands, by the superuser of a PostgreSQL of our own in place of the machine's."""
        for line in block("database").splitlines():
            command = line.removeprefix("sudo -u postgres ").replace("$(id -un)", getpass.getuser())
            done = subprocess.run(
                as_superuser(shlex.split(command)),
                env={
                    **os.environ,
                    "PATH": f"{tools()}{os.pathsep}{os.environ['PATH']}",
                    "PGHOST": str(self.postgres),
                    "PGUSER": "postgres",
                },
                cwd=self.postgres,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, f"{line}: {done.stdout}{done.stderr}"

    def command(self, name: str, *arguments: str, answer: str = "") -> subprocess.CompletedProcess[str]:
        """Carry a block out with nothing on stdin but the answer: any other question would be an error."""
        return subprocess.run(
            ["bash", "-c", self.script(name, *arguments)],
            input=answer,
            capture_output=True,
            text=True,
            timeout=120,
            env=self.environment,
            cwd=PROJECT,
            check=False,
        )

    @contextmanager
    def in_background(self, name: str) -> Iterator[None]:
        """Keep a block's process going; in the end it and what it has started are ended."""
        with (self.folder / f"{name}.log").open("a", encoding="utf-8") as log:
            process = subprocess.Popen(
                ["bash", "-c", self.script(name)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self.environment,
                cwd=PROJECT,
                start_new_session=True,
            )
        try:
            self.processes[name] = process
            yield
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=20)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def take_schedules(self) -> None:
        """Note what Prefect has scheduled by itself; then let nothing fall due, lest a full hour strike while the tests run."""
        self.deployments.update({deployment.name: deployment for deployment in self.client.read_deployments()})
        for name, deployment in self.deployments.items():
            if not deployment.schedules:
                continue
            only_its_own = FlowRunFilter(deployment_id=FlowRunFilterDeploymentId(any_=[deployment.id]))
            self.scheduled[name] = eventually(
                f"scheduled runs of {name}", lambda own=only_its_own: self.client.read_flow_runs(flow_run_filter=own)
            )
            for schedule in deployment.schedules:
                self.client.update_deployment_schedule(deployment.id, schedule.id, active=False)

    def state_name(self, flow_run_id: UUID) -> str | None:
        return self.client.read_flow_run(flow_run_id).state_name

    def group(self, flow_run_id: UUID) -> int:
        """The process group of the flow run, in which the worker is not."""
        pid = eventually(f"the process of flow run {flow_run_id}", lambda: self.client.read_flow_run(flow_run_id).infrastructure_pid)
        return os.getpgid(int(pid))

    def kill(self, flow_run_id: UUID) -> None:
        """End the flow run and the worker as a machine does that loses its power."""
        for group in (self.processes["worker"].pid, self.group(flow_run_id)):
            os.killpg(group, signal.SIGKILL)
        self.processes["worker"].wait()

    @contextmanager
    def halted(self, flow_run_id: UUID) -> Iterator[None]:
        """Keep the flow run's process from going on, from its first moments."""
        group = self.group(flow_run_id)
        os.killpg(group, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(group, signal.SIGCONT)

    def ended(self, flow_run_id: UUID, attempt: int = 1) -> FlowRun:
        """The flow run, once it has ended."""

        def look() -> FlowRun | None:
            run = self.client.read_flow_run(flow_run_id)
            return run if run.run_count >= attempt and run.state and run.state.is_final() else None

        return eventually(f"the end of flow run {flow_run_id}, attempt {attempt}", look)


@contextmanager
def open_shop(folder: Path, config: Path, postgres: Path | None) -> Iterator[Shop]:
    """Set up a shop as the paper does, its worker left out, and take it down again."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with SyncPrefectClient(f"http://127.0.0.1:{port}/api") as client:
        shop = Shop(folder, config, port, client, postgres)
        if postgres:
            shop.make_database()
        with shop.in_background("server"):
            eventually("an answer of Prefect's server", lambda: client.api_healthcheck() is None)
            for name in ("pool", "deploy"):
                done = shop.command(name)
                assert done.returncode == 0, f"{name}: {done.stdout}{done.stderr}"
            shop.take_schedules()
            yield shop
