"""Short words for hand-worked cases: one row of a feed, one file, one morning.

In: the cells that matter. Out: rows and files as the oracle takes them; what is not named has a plain value.
"""

from __future__ import annotations

from datetime import UTC, datetime

from oracle import File, Source

ACME = Source("acme", "supplier_etas")
PORTAL = Source("portal", "supplier_etas", mode="delta", required=False)
SHOP = Source("shop", "order_lines")
OTHER_SHOP = Source("other_shop", "order_lines", required=False)
PEOPLE = Source("people", "customers")
STOCK = Source("stock", "inventory")
SOURCES = (ACME, PORTAL, SHOP, OTHER_SHOP, PEOPLE, STOCK)

HEADERS = {
    "acme": ("supplier_id", "po_number", "po_line", "slice_no", "sku", "warehouse_id", "quantity", "eta", "status", "stated_at"),
    "shop": (
        "order_id", "line_no", "customer_id", "sku", "warehouse_id", "quantity_open", "ordered_at", "promised_on", "priority", "status",
        "po_number", "po_line", "partial_ok", "country",
    ),
    "people": ("customer_id", "email", "notify"),
    "stock": ("sku", "warehouse_id", "on_hand"),
}  # fmt: skip
HEADERS["portal"], HEADERS["other_shop"] = HEADERS["acme"], HEADERS["shop"]


def at(day: str, hour: int = 8) -> datetime:
    """An as-of on a day, given as MM-DD of 2026. 2026-12-01 is a Tuesday."""
    return datetime.fromisoformat(f"2026-{day}").replace(hour=hour, tzinfo=UTC)


def etas(*rows: dict[str, str], source: str = "acme") -> File:
    plain = {"supplier_id": "S", "po_number": "P1", "sku": "A", "quantity": "10", "eta": "2026-12-10"}
    return File(source, "etas.csv", HEADERS["acme"], tuple({**plain, **row} for row in rows))


def orders(*rows: dict[str, str], source: str = "shop") -> File:
    plain = {"order_id": "O1", "line_no": "1", "customer_id": "C1", "sku": "A", "quantity_open": "10", "ordered_at": "2026-11-01"}
    return File(source, "orders.csv", HEADERS["shop"], tuple({**plain, **row} for row in rows))


def people(**notify: str) -> File:
    rows = tuple({"customer_id": name, "email": f"{name}@example.com", "notify": how} for name, how in notify.items())
    return File("people", "people.csv", HEADERS["people"], rows)


def stock(**on_hand: str) -> File:
    return File("stock", "stock.csv", HEADERS["stock"], tuple({"sku": sku, "on_hand": amount} for sku, amount in on_hand.items()))
