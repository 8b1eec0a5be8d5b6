"""Ten real days of supplier ETAs, one file dropped a day, held against a count of the files in plain Python."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from flows.pipeline import run
from tests.real_data.shortages import PlainCount, as_of, days_of, read_file, write_world

FILES = Path(__file__).parents[3] / "shared" / "data" / "drug-shortages"

pytestmark = pytest.mark.skipif(not FILES.is_dir(), reason="needs ../shared/data/drug-shortages, which is not part of the project")


def test_the_versions_of_every_supply_line_agree_with_a_plain_count_of_the_files_on_each_of_ten_real_days(tmp_path: Path) -> None:
    days = days_of(FILES)
    config = write_world(tmp_path, days[0][1])
    count = PlainCount()
    print(f"\n{'day':<12}{'rows':>6}{'landed':>8}{'refused':>9}{'versions':>10}{'changed':>9}{'changes':>9}{'notices':>9}")
    before = 0
    for day, path in days:
        shutil.copy2(path, tmp_path / "inbox")
        summary = run(config, as_of(day), check_engine="sql")
        rows = read_file(path)
        count.read(day, rows)
        found = _versions(tmp_path / "history.published.duckdb")
        assert found == count.as_rows(), f"{day}: {len(found ^ count.as_rows())} versions differ"
        refused = summary.quarantined.get("registry", 0)
        assert refused == count.refused["rows"]
        assert summary.landed["registry"] + refused == len(rows)
        notices = summary.notices.get("accepted", 0)
        print(
            f"{day!s:<12}{len(rows):>6}{summary.landed['registry']:>8}{refused:>9}{len(found):>10}{len(found) - before:>9}"
            f"{sum(summary.changes.values()):>9}{notices:>9}"
        )
        before = len(found)


def test_rows_without_a_product_or_with_a_year_like_2108_are_quarantined_by_name(tmp_path: Path) -> None:
    day, path = days_of(FILES)[0]
    config = write_world(tmp_path, path)
    shutil.copy2(path, tmp_path / "inbox")
    run(config, as_of(day), check_engine="sql")
    with duckdb.connect(str(tmp_path / "history.published.duckdb"), read_only=True) as connection:
        rules = dict(connection.execute("select rule, count(*) from quarantined_rows group by rule").fetchall())
        message = connection.execute("select message from quarantined_rows where rule = 'eta_is_plausible'").fetchone()
    rows = read_file(path)
    # The rows without a product have no company either, and are named for the first rule that they break.
    assert all(row["DIN"] or not row["Company Name"] for row in rows)
    assert rules == {
        "supplier_id_is_given": sum(not row["Company Name"] for row in rows),
        "eta_is_plausible": sum(row["Estimated Shortage End Date"].startswith("2108") for row in rows),
    }
    assert message is not None
    assert "2108" in message[0]


def _versions(published: Path) -> set[tuple[object, ...]]:
    with duckdb.connect(str(published), read_only=True) as connection:
        return set(
            connection.execute(
                "select supplier_id, po_number, po_line, status, eta_latest_on, reason, valid_from::date, valid_to::date "
                "from supplier_eta_history"
            ).fetchall()
        )
