"""Does Tellwhen run by itself: a Prefect server, a deployment with a schedule, a run to come, a worker that takes it?

In: what the server at PREFECT_API_URL says. Out: findings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flows.doctor.finding import Finding, counted, ok, problem, warning
from flows.doctor.prefect_api import Address, Unreachable, ask
from tasks.settings import PrefectAccess

CHECK = "schedule"
# The name of the flow in flows/notify_changes.py, which is not imported here: it imports Prefect.
FLOW = {"flows": {"name": {"any_": ["notify-changes"]}}}


@dataclass(frozen=True)
class ServerFacts:
    """A server as it answered; `refusal` says why it did not. Counts are of runs of the main flow."""

    url: str
    refusal: str | None = None
    version: str = ""
    deployments: Sequence[Mapping[str, Any]] = ()
    scheduled: int = 0
    late: int = 0


def look(access: PrefectAccess | None) -> ServerFacts | None:
    """Ask the server; None where none is named."""
    if access is None:
        return None
    url = ""
    try:
        address = Address.of(access)
        url = address.url
        version = ask(address, "/admin/version")
        deployments = ask(address, "/deployments/filter", FLOW)
        scheduled = ask(address, "/flow_runs/count", {**FLOW, "flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}}})
        late = ask(address, "/flow_runs/count", {**FLOW, "flow_runs": {"state": {"name": {"any_": ["Late"]}}}})
    except Unreachable as refusal:
        return ServerFacts(url, str(refusal))
    return ServerFacts(url, None, version, deployments, scheduled, late)


def findings(facts: ServerFacts | None, client_version: str | None) -> Iterator[Finding]:
    """`client_version` is that of the installed Prefect."""
    if facts is None:
        yield ok(
            CHECK,
            "PREFECT_API_URL is not set: each `tellwhen run` starts a temporary server (10 to 30 s), and nothing runs by itself",
            "docs/operations.md says how to run on a schedule",
        )
        return
    if facts.refusal:
        found = f"PREFECT_API_URL {facts.url}".rstrip() + f" {facts.refusal}"
        yield problem(CHECK, found, "start it (`prefect server start`) or correct PREFECT_API_URL; without it every run fails")
        return
    if facts.version != client_version:
        found = f"{facts.url} is Prefect {facts.version}, and {client_version} is installed here"
        yield warning(CHECK, found, "install the same version on both sides")
    if not facts.deployments:
        yield warning(CHECK, f"{facts.url} has no deployment of notify-changes", "`prefect --no-prompt deploy --all` (docs/operations.md)")
    else:
        yield from _scheduled(facts)


def _scheduled(facts: ServerFacts) -> Iterator[Finding]:
    active = [
        deployment
        for deployment in facts.deployments
        if not deployment["paused"] and any(schedule["active"] for schedule in deployment["schedules"])
    ]
    names = ", ".join(deployment["name"] for deployment in active or facts.deployments)
    if not active:
        yield warning(
            CHECK, f"deployment {names}: has no active schedule, or is paused", f"`prefect deployment resume notify-changes/{names}`"
        )
    elif not facts.scheduled:
        found = f"deployment {names}: has a schedule, but no run is to come"
        yield problem(CHECK, found, "see whether the server's services run (`prefect server start` starts them), and the pinned sqlalchemy")
    elif facts.late:
        found = f"deployment {names}: {counted(facts.late, 'run')} late: no worker takes them"
        yield problem(CHECK, found, "start the worker on the machine of the warehouse (docs/operations.md)")
    else:
        yield ok(CHECK, f"deployment {names} at {facts.url}: {counted(facts.scheduled, 'run')} to come")
