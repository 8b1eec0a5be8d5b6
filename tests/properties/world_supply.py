"""What the suppliers of a random world say: PO lines that move, split, ship, arrive, vanish, return, and rows that are broken.

In: randomness and the day. Out: the rows of one file of one supplier_etas source.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from oracle import Source
from oracle_cells import Cells

BROKEN = (
    {"quantity": "many"},
    {"quantity": "-1"},
    {"eta": "soon"},
    {"eta": "2019-01-01"},
    {"status": "lost"},
    {"sku": ""},
    {"po_number": ""},
)


@dataclass
class PoLine:
    """The supplier's own view of a PO line."""

    key: tuple[str, str, str]
    source: str
    slices: list[Cells]
    is_numbered: bool
    is_hidden: bool = False


class Suppliers:
    """All PO lines of the world; every file lets those of its source go on a little."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.lines: dict[tuple[str, str, str], PoLine] = {}

    def rows(self, source: Source, as_of: datetime) -> list[Cells]:
        rng, today = self.rng, as_of.date()
        mine = [line for line in self.lines.values() if line.source == source.name]
        for _ in range(6):
            if len(mine) < 2 or (len(mine) < 6 and rng.random() < (0.6 if len(mine) < 4 else 0.08)):
                new = self._new_line(source, today)
                mine = [line for line in mine if line.key != new.key] + [new]
        if source.mode == "delta":
            mine = [line for line in self.lines.values() if rng.random() < 0.2] or mine[:1]
        rows: list[Cells] = []
        for line in mine:
            self._move_on(line, today)
            if not line.is_hidden or source.mode == "delta":
                rows += self._rows(line, source, as_of)
        if rng.random() < 0.12 and rows:
            rows.insert(rng.randint(0, len(rows)), {**rng.choice(rows), **rng.choice(BROKEN)})
        if rng.random() < 0.1 and rows:
            rows.append({**rng.choice(rows), "quantity": self._quantity()})
        return rows

    def _new_line(self, source: Source, today: date) -> PoLine:
        rng = self.rng
        sku = rng.choice(["A", "A", "B"])
        supplier = "S1" if source.name == "acme" else "S2"
        key = (supplier, rng.choice(["P1", "P2", "P3"]), rng.choice(["", "", "10", "20"]) or sku)
        line = PoLine(key, source.name, [], is_numbered=rng.random() < 0.4)
        line.slices = [self._slice(sku, today) for _ in range(rng.choice([1, 1, 1, 2, 3]))]
        self.lines[key] = line
        return line

    def _slice(self, sku: str, today: date) -> Cells:
        return {
            "sku": sku,
            "warehouse_id": self.rng.choice(["", "main", "main", "east"]),
            "quantity": self._quantity(),
            "eta": self._eta(today),
            "status": self.rng.choice(["", "", "open", "shipped"]),
        }

    def _quantity(self) -> str:
        return self.rng.choice(["1", "2", "3", "5", "2.5", "8"])

    def _eta(self, today: date) -> str:
        on = today + timedelta(days=self.rng.choice([-5, -1, 0, 1, 1, 2, 3, 3, 5, 8]))
        if self.rng.random() < 0.7:
            return on.isoformat()
        year, week, _ = on.isocalendar()
        return self.rng.choice([f"{year}-W{week:02}", f"{on:%Y-%m}", "TBD", "", "n/a", "9999-12-31"])

    def _move_on(self, line: PoLine, today: date) -> None:
        rng = self.rng
        is_due = any(piece["eta"] <= today.isoformat() for piece in line.slices)
        if line.is_hidden:
            line.is_hidden = rng.random() > 0.25
        elif rng.random() < (0.3 if is_due else 0.1):
            line.is_hidden = True
        for piece in line.slices:
            if rng.random() < 0.15:
                piece["eta"] = self._eta(today)
            if rng.random() < 0.08:
                piece["quantity"] = self._quantity()
            if rng.random() < (0.25 if piece["eta"] <= today.isoformat() else 0.08):
                piece["status"] = rng.choice(["open", "shipped", "received", "received", "cancelled"])
                piece["quantity"] = "0" if piece["status"] in ("received", "cancelled") and rng.random() < 0.5 else self._quantity()
        if rng.random() < 0.06:
            line.slices = [self._slice(line.slices[0]["sku"], today) for _ in range(rng.choice([1, 2, 3]))]
        if rng.random() < 0.03:
            line.is_numbered = not line.is_numbered
        if rng.random() < 0.02:
            line.slices = [{**piece, "sku": rng.choice(["A", "B"])} for piece in line.slices]

    def _rows(self, line: PoLine, source: Source, as_of: datetime) -> list[Cells]:
        supplier, po_number, po_line = line.key
        stated_at = ""
        if self.rng.random() < (0.5 if source.mode == "delta" else 0.1):
            stated_at = (as_of - timedelta(hours=self.rng.choice([0, 1, 24, 72]))).strftime("%Y-%m-%dT%H:%M:%S")
        rows = []
        for number, piece in enumerate(line.slices, start=1):
            quantity = piece["quantity"]
            if quantity == "0" and piece["status"] not in ("received", "cancelled"):
                quantity = "1"
            is_default_line = po_line == piece["sku"] and self.rng.random() < 0.5
            rows.append({
                **piece,
                "supplier_id": supplier,
                "po_number": po_number,
                "po_line": "" if is_default_line else po_line,
                "slice_no": str(number) if line.is_numbered else "",
                "quantity": quantity,
                "stated_at": stated_at,
            })  # fmt: skip
        return rows
