"""A person's decision about notices, carried out with all that goes with it; the commands and Prefect's page share it.

In: the settings, the stages, and what to do to an open warehouse. Out: what that gave, and what came of sending.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flows.pipeline import check_usable
from flows.stages import Stages
from tasks.dispatching import DispatchReport, recover
from tasks.errors import UsageError
from tasks.settings import Settings
from tasks.warehouse import Warehouse, open_for_writing, writer_lock

Done = TypeVar("Done")


def decide(settings: Settings, stages: Stages, act: Callable[[Warehouse], Done], *, send: bool = False) -> tuple[Done, DispatchReport]:
    """Carry `act` out on the warehouse, send what is pending if `send`, publish the copy; returns what `act` gave, and what was sent.

    Raises WarehouseBusy while another process writes, UsageError where there is no warehouse yet, and what `act` raises.
    """
    if not settings.warehouse.path.exists():
        raise UsageError(f"{settings.warehouse.path}: there is no warehouse yet, so there are no notices; `tellwhen run` makes it")
    if send:
        check_usable(settings, send=True)
    with writer_lock(settings.warehouse):
        stages.prepare()
        with open_for_writing(settings.warehouse) as warehouse:
            if not send:
                # A dispatch does it by itself, and counts them.
                recover(warehouse, stages.clock)
            done = act(warehouse)
        try:
            report = stages.dispatch() if send else DispatchReport()
        finally:
            stages.publish()
        return done, report
