"""Are the packages that Tellwhen needs installed, in the versions that it is pinned to?

In: the requirements and what is installed, as the environment's metadata have it: nothing is imported. Out: findings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import metadata

from packaging.requirements import Requirement

from flows.doctor.finding import Finding, ok, problem, warning

CHECK = "packages"
NAMED = ("prefect", "duckdb", "great-expectations")


def requirements() -> list[Requirement]:
    """What Tellwhen needs on this machine, from its own metadata; nothing where it runs without having been installed."""
    try:
        needed = [Requirement(text) for text in metadata.requires("tellwhen") or []]
    except metadata.PackageNotFoundError:
        return []
    return [one for one in needed if one.marker is None or one.marker.evaluate()]


def installed(needed: Sequence[Requirement]) -> dict[str, str | None]:
    """The version of each package that is needed; None for one that is missing."""
    versions: dict[str, str | None] = {}
    for one in needed:
        try:
            versions[one.name] = metadata.version(one.name)
        except metadata.PackageNotFoundError:
            versions[one.name] = None
    return versions


def findings(needed: Sequence[Requirement], versions: Mapping[str, str | None]) -> list[Finding]:
    """One finding for each package that is missing or outside its pin."""
    if not needed:
        return [warning(CHECK, "Tellwhen runs here without having been installed, so nobody knows its pins", "install it: `make setup`")]
    wrong = [
        problem(
            CHECK,
            f"{one.name} {versions[one.name] or 'is not installed'}: expected {one.specifier}",
            "install what is locked: `make setup`, or pip install --require-hashes -r requirements.lock",
        )
        for one in needed
        if not one.specifier.contains(versions[one.name] or "", prereleases=True)
    ]
    named = ", ".join(f"{name} {versions[name]}" for name in NAMED if name in versions)
    return wrong or [ok(CHECK, f"all {len(needed)} packages that Tellwhen names are installed as pinned ({named})")]
