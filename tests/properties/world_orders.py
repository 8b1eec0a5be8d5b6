"""What the shop of a random world says: order lines that open, change, close, return, are pegged to a PO, and rows that are broken.

In: randomness and the day. Out: the rows of one file of one order_lines source.
"""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

from oracle import Source
from oracle_cells import Cells

BROKEN = (
    {"quantity_open": "few"},
    {"ordered_at": "long ago"},
    {"status": "lost"},
    {"customer_id": ""},
    {"line_no": "x"},
    {"priority": "high"},
)


class OrderBook:
    """All order lines of the world; every file lets those of its source go on a little."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.lines: dict[tuple[str, str, int], Cells] = {}
        self.hidden: set[tuple[str, str, int]] = set()

    def rows(self, source: Source, as_of: datetime) -> list[Cells]:
        rng = self.rng
        mine = [key for key in self.lines if key[0] == source.name]
        for _ in range(9):
            if len(mine) < 3 or (len(mine) < 9 and rng.random() < (0.75 if len(mine) < 5 else 0.1)):
                mine = list(dict.fromkeys([*mine, self._new_line(source, as_of.date())]))
        rows: list[Cells] = []
        for key in mine:
            self._move_on(key, as_of.date())
            if key not in self.hidden and (source.mode == "snapshot" or rng.random() < 0.5):
                rows.append(dict(self.lines[key]))
        if rng.random() < 0.06 and self.lines:
            rows.append(dict(rng.choice(list(self.lines.values()))))
        if rng.random() < 0.1 and rows:
            rows[rng.randint(0, len(rows) - 1)].update(rng.choice(BROKEN))
        return rows

    def _new_line(self, source: Source, today: date) -> tuple[str, str, int]:
        rng = self.rng
        order, number = rng.choice(["O1", "O2", "O3", "O4", "O5", "O10"]), rng.choice([1, 1, 2, 10])
        if source.name != "shop":
            order = f"W{order}"
        pegged = rng.random() < 0.4
        self.lines[(source.name, order, number)] = {
            "order_id": order,
            "line_no": rng.choice([str(number), f"000{number}"]),
            "customer_id": f"C{int(order[-1]) % 5}",
            "sku": rng.choice(["A", "A", "B"]),
            "warehouse_id": rng.choice(["", "main", "main", "east"]),
            "quantity_open": self._quantity(),
            "ordered_at": rng.choice(["2026-11-01", "2026-11-01", "2026-11-02T10:00:00", "2026-11-02T11:00:00+02:00"]),
            "promised_on": self._promised_on(today),
            "priority": rng.choice(["", "", "", "1", "100"]),
            "status": "",
            "po_number": rng.choice(["P1", "P2"]) if pegged else "",
            "po_line": rng.choice(["", "", "A", "10"]) if pegged or rng.random() < 0.05 else "",
            "partial_ok": rng.choice(["", "", "true", "false"]),
            "country": rng.choice(["", "", "DE", "FR"]),
        }
        return (source.name, order, number)

    def _quantity(self) -> str:
        return self.rng.choice(["1", "2", "3", "4", "1.5", "6"])

    def _promised_on(self, today: date) -> str:
        return "" if self.rng.random() < 0.5 else (today + timedelta(days=self.rng.choice([-6, -1, 2, 5, 9]))).isoformat()

    def _move_on(self, key: tuple[str, str, int], today: date) -> None:
        rng, line = self.rng, self.lines[key]
        if key in self.hidden:
            if rng.random() < 0.25:
                self.hidden.discard(key)
        elif rng.random() < 0.06:
            self.hidden.add(key)
        if rng.random() < 0.1 or (line["quantity_open"] == "0" and rng.random() < 0.3):
            line["quantity_open"] = rng.choice([self._quantity(), self._quantity(), "0"])
        if rng.random() < 0.05 or (line["status"] not in ("", "open") and rng.random() < 0.3):
            line["status"] = rng.choice(["", "open", "open", "shipped", "cancelled"])
        if rng.random() < 0.04:
            line["priority"] = rng.choice(["", "1", "200"])
        if rng.random() < 0.06:
            line["promised_on"] = self._promised_on(today)
        if rng.random() < 0.03:
            line["po_number"] = rng.choice(["", "P1", "P2", "P3"])
        if rng.random() < 0.03:
            line["sku"] = rng.choice(["A", "B"])
        if rng.random() < 0.02:
            line["country"] = rng.choice(["", "DE"])
