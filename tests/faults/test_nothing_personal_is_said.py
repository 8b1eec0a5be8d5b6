"""No key, address, name or word of a message in what a run and a dispatch say, with every logger at DEBUG and faults on the way."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.faults.outbox_world import ROOT
from tests.pipeline.worlds import World, at_customer, customer, day, order, po
from tests.provider.behaviour import ACCEPT, Behaviour, in_turn, page, refuse
from tests.provider.loopback import API_KEY, Provider

SETTINGS = """
[dispatch]
transport = "sendgrid"
from_email = "orders@shop.example"
concurrency = 1
[dispatch.sendgrid]
base_url = "{base_url}"
read_timeout_seconds = 1
"""
# Everything logs everything, to stderr; http.client prints what it sends unless it is told not to, and is not.
EVERYTHING = """
import logging, sys
logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
from datetime import datetime, timezone
from pathlib import Path
if sys.argv[2] == "dispatch":
    sys.argv = ["tellwhen", "--config", sys.argv[1], "dispatch"]
    from flows.cli import main
    main()
else:
    from flows.pipeline import run
    run(Path(sys.argv[1]), datetime.fromisoformat(sys.argv[2]), check_engine="sql", progress=print)
"""
NUMBERS = range(1, 9)


def _say(world: World, what: str) -> str:
    process = subprocess.run(
        [sys.executable, "-c", EVERYTHING, str(world.config), what],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT), "SENDGRID_API_KEY": API_KEY}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return process.stdout + process.stderr


def test_nothing_secret_or_personal_is_said_whatever_happens(tmp_path: Path) -> None:
    echo = {"message": "customer1@secret.example does not like you, Zebediah Quux1", "field": "to"}
    faults = (refuse(400, echo), refuse(429), Behaviour(takes=True, fault="reset"), page(502), Behaviour(fault="half_body"), ACCEPT)
    with Provider(script=in_turn(*faults)) as provider:
        world = World(tmp_path, settings=SETTINGS.format(base_url=provider.base_url))
        world.put("customers", *(customer(f"C{n}", f"customer{n}@secret.example", name=f"Zebediah Quux{n}") for n in NUMBERS))
        promised = at_customer("2026-03-16")
        lines = [order(f"O{n}", promised, customer_id=f"C{n}", sku=f"S{n}", description="Unmentionable goods") for n in NUMBERS]
        for number, eta in ((1, "2026-03-16"), (2, "2026-03-20")):
            world.put("acme", *(po(f"P{n}", eta, sku=f"S{n}") for n in NUMBERS), {**po("P1"), "quantity": "customer1@secret.example"})
            world.put("orders", *lines)
            said = _say(world, world.instant(day(number)).isoformat())
        said += _say(world, "dispatch")
        provider.script = in_turn(refuse(401))
        said += _say(world, "dispatch")
        assert len(provider.books.requests) > 5
    assert "DEBUG" in said, "the logs were on"
    for secret in (API_KEY, "secret.example", "Zebediah", "Quux", "Unmentionable", "customer1"):
        assert secret not in said
