"""Four months of a made-up shop, its report, and a browser to look at it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.pipeline.command_line import Said, tellwhen
from tests.pipeline.worlds import ORDERS_OF_ANY_AGE, World, at_customer, customer, order, po
from tests.reporting.browser import CHROMIUM, browser

RUNS = (date(2026, 3, 2), date(2026, 4, 6), date(2026, 5, 4), date(2026, 6, 1))
# Days that each supplier's one PO line slips from run to run; the last name is no friend of the page.
SLIPS = {"ACME": 0, "BETA": 3, "GAMMA": -4, "DELTA": 7, "EPSILON": 12, "ZETA": 20, "</script><b>ETA & Co": 2}
FIRST_ETA = date(2026, 7, 1)
# In this shop some customers' ids are their addresses.
CUSTOMERS = [*(f"C{number}" for number in range(1, 7)), "jo@customer.example"]


@dataclass(frozen=True)
class Reported:
    """A world, what `report` said of it, and the page."""

    world: World
    said: Said
    page: Path


@pytest.fixture(scope="session")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Reported:
    """Suppliers move their dates; C2 has no address, and one row of the last file is refused."""
    world = World(tmp_path_factory.mktemp("report"), settings=ORDERS_OF_ANY_AGE)
    for number, as_of in enumerate(RUNS):
        etas = {supplier: FIRST_ETA + timedelta(days=slip * number) for supplier, slip in SLIPS.items()}
        rows = [po(f"P{place}", eta, supplier_id=supplier, sku=f"S{place}") for place, (supplier, eta) in enumerate(etas.items())]
        refused = [po("P99", "soon", sku="S0")] if as_of == RUNS[-1] else []
        world.put("acme", *rows, *refused)
        world.put(
            "customers",
            *(
                customer(name, "" if name == "C2" else f"mail{place}@customer.example", name="Zebediah Quux")
                for place, name in enumerate(CUSTOMERS)
            ),
        )
        world.put(
            "orders",
            *(
                order(
                    f"O{place}",
                    at_customer(FIRST_ETA),
                    customer_id=name,
                    sku=f"S{place}",
                    ordered_at=f"{RUNS[0] - timedelta(days=9 * place)}",
                )
                for place, name in enumerate(CUSTOMERS)
            ),
        )
        world.run(as_of)
    page = world.folder / "report.html"
    return Reported(world, tellwhen(world, "report", "--out", str(page)), page)


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed (Debian's package is called chromium)")
    with browser(tmp_path_factory.mktemp("chromium")) as address:
        yield address
