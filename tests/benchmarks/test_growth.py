"""What many days in a row come to."""

from __future__ import annotations

from benchmarks.growth import Day, account


def day(number: int, wall_s: float, with_dbt: bool = True) -> Day:
    """The first day fills everything; each later one adds 10 versions in 2,000 bytes, with dbt 10 in 1,000."""
    return Day(
        number=number,
        wall_s=wall_s,
        dbt_wall_s=7.0 if with_dbt else None,
        publish_s=wall_s / 10,
        changed=5,
        versions=1_000 + 10 * number,
        bytes_used=5_000_000 + 2_000 * number,
        dbt_bytes_used=4_000_000 + 1_000 * number if with_dbt else None,
        dbt_versions=900 + 10 * number if with_dbt else None,
        stages=[],
    )


def test_growth_is_reckoned_from_the_second_day() -> None:
    said = account([day(1, 99.0), *[day(number, 10.0) for number in range(2, 12)], *[day(number, 15.0) for number in range(12, 22)]], [])
    assert "Tellwhen: 10.0 s (median) in the 10 days after the first, 15.0 s in the last; 1.50 times." in said
    assert "Tellwhen: 0.0 MB more for 190 versions, 200 bytes each." in said
    assert "dbt: 0.0 MB more for 190 versions, 100 bytes each." in said


def test_without_dbt_only_tellwhen_is_spoken_of() -> None:
    said = account([day(number, 10.0, with_dbt=False) for number in (1, 2, 3)], [("2026-09-01", 0.5)])
    assert "dbt:" not in said
    assert "promises_as_of: 2026-09-01 0.50 s" in said


def test_one_day_is_no_growth() -> None:
    assert "times" not in account([day(1, 10.0)], [])
