"""The whole job as a pandas script: read today's files, check them, work out the dates, compare with yesterday's file, list whom to tell.

In: `python pandas_script.py DAY_FOLDER STATE_FOLDER AS_OF`. Out: promises.parquet and changes.parquet in the state folder, notices.csv.
It keeps yesterday's promises and no history.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

HANDLING_DAYS, TRANSIT_DAYS, TRANSIT_DAYS_BY_COUNTRY = 1, 2, {"DE": 4, "FR": 3}
OVERDUE_GRACE_DAYS = 2
DEMAND_ORDER = ["priority", "ordered_at", "order_id", "line_no"]
SUPPLY_ORDER = ["eta", "supplier_id", "po_number", "po_line", "slice_no"]


def main(day: Path, state: Path, as_of: np.datetime64) -> None:
    holidays = pd.read_csv(day.parent.parent / "holidays.csv", parse_dates=["day"])["day"].to_numpy().astype("datetime64[D]")
    orders, etas, customers = (pd.read_parquet(day / f"{feed}.parquet") for feed in ("orders", "etas", "customers"))
    check(orders, etas, customers)
    supply = usable_supply(etas, as_of, holidays)
    promises = promise(orders[orders["quantity_open"] > 0], supply, holidays)
    assert len(promises) == (orders["quantity_open"] > 0).sum(), "not one promise for each open line"
    changes = compare(promises, state / "promises.parquet")
    changes.to_parquet(state / "changes.parquet", index=False)
    notices = changes[changes["kind"].notna() & ~changes["is_new"]].merge(customers, on="customer_id")
    told = notices.groupby(["customer_id", "email"], sort=True).agg(lines=("order_id", "count")).reset_index()
    told.to_csv(state / "notices.csv", index=False)
    promises.to_parquet(state / "promises.parquet", index=False)
    print(f"{len(promises)} open lines, {(~changes['is_new']).sum()} changed, {len(told)} customers to tell")


def check(orders: pd.DataFrame, etas: pd.DataFrame, customers: pd.DataFrame) -> None:
    assert orders[["order_id", "line_no", "customer_id", "sku", "quantity_open", "ordered_at"]].notna().all().all()
    assert not orders.duplicated(["order_id", "line_no"]).any()
    assert (orders["quantity_open"] >= 0).all()
    assert etas[["supplier_id", "po_number", "sku", "quantity"]].notna().all().all()
    assert not etas.duplicated(["supplier_id", "po_number", "po_line", "slice_no"]).any()
    assert etas["status"].isin(["open", "shipped", "received", "cancelled"]).all()
    assert ((etas["quantity"] > 0) | etas["status"].isin(["received", "cancelled"])).all()
    assert customers["customer_id"].notna().all()
    assert not customers.duplicated("customer_id").any()


def usable_supply(etas: pd.DataFrame, as_of: np.datetime64, holidays: np.ndarray) -> pd.DataFrame:
    """Supply with a known date that is not overdue, in serving order."""
    supply = etas[etas["status"].isin(["open", "shipped"])].assign(eta=lambda rows: pd.to_datetime(rows["eta"].replace("TBD", None)))
    supply = supply[supply["eta"].notna()]
    late_by = np.busday_count(supply["eta"].to_numpy().astype("datetime64[D]") + 1, as_of + 1, holidays=holidays)
    return supply[late_by <= OVERDUE_GRACE_DAYS].sort_values(SUPPLY_ORDER)


def promise(orders: pd.DataFrame, supply: pd.DataFrame, holidays: np.ndarray) -> pd.DataFrame:
    """First the lines that wait for a certain PO, then first come, first served from what is left."""
    orders = orders.sort_values(DEMAND_ORDER)
    pegged, others = orders[orders["po_number"].notna()], orders[orders["po_number"].isna()]
    supply = supply.assign(ends_at=supply.groupby(["sku", "po_number"])["quantity"].cumsum())
    wanted = pegged.groupby(["sku", "po_number"])["quantity_open"].sum().rename("wanted").reset_index()
    left = supply.merge(wanted, on=["sku", "po_number"], how="left").fillna({"wanted": 0})
    starts_at = left["ends_at"] - left["quantity"]
    left["quantity"] -= (left["wanted"].clip(upper=left["ends_at"]) - starts_at).clip(lower=0).astype("int64")
    left = left[left["quantity"] > 0]
    left = left.assign(ends_at=left.groupby("sku")["quantity"].cumsum())
    lines = pd.concat([serve(pegged, supply, ["sku", "po_number"]), serve(others, left, ["sku"])])
    transit = lines["country"].map(TRANSIT_DAYS_BY_COUNTRY).fillna(TRANSIT_DAYS).astype("int64").to_numpy()
    known = lines["eta"].notna().to_numpy()
    expected = np.full(len(lines), np.datetime64("NaT"), dtype="datetime64[D]")
    here = lines["eta"].to_numpy()[known].astype("datetime64[D]")
    expected[known] = np.busday_offset(here, HANDLING_DAYS + transit[known], roll="forward", holidays=holidays)
    lines["expected_on"] = expected.astype("datetime64[s]")
    return lines[["order_id", "line_no", "customer_id", "sku", "quantity_open", "promised_on", "expected_on"]]


def serve(lines: pd.DataFrame, supply: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """The supply that gives a line's last unit decides: it is the latest."""
    lines = lines.assign(ends_at=lines.groupby(by)["quantity_open"].cumsum()).sort_values("ends_at")
    return pd.merge_asof(lines, supply[[*by, "ends_at", "eta"]].sort_values("ends_at"), on="ends_at", by=by, direction="forward")


def compare(promises: pd.DataFrame, yesterday: Path) -> pd.DataFrame:
    """Lines whose date is not yesterday's, with what is to be said to those who were promised another."""
    if yesterday.exists():
        before = pd.read_parquet(yesterday, columns=["order_id", "line_no", "expected_on"])
        both = promises.merge(before, on=["order_id", "line_no"], how="left", suffixes=("", "_before"), indicator=True)
        same = (both["expected_on"] == both["expected_on_before"]) | (both["expected_on"].isna() & both["expected_on_before"].isna())
        changed = both[~same | (both["_merge"] == "left_only")]
        changed = changed.assign(is_new=changed["_merge"] == "left_only").drop(columns="_merge")
    else:
        changed = promises.assign(is_new=True)
    expected, promised = changed["expected_on"], pd.to_datetime(changed["promised_on"])
    kinds = [expected > promised, expected.isna(), promised.isna()]
    return changed.assign(kind=np.select(kinds, ["delayed", "unknown", "dated"], default=None))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), np.datetime64(sys.argv[3]))
