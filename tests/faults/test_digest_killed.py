"""A digest is killed before and after each of its durable effects: it is sent at most once, and what may not have left is said again."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.faults.killing_ground import KILLED, KillingGround
from tests.pipeline.test_digests import delay, letters, shop
from tests.pipeline.worlds import TUESDAY, WEDNESDAY, World


def addressees(world: World) -> list[str]:
    """Who has a digest of the day (or of the next), once for each."""
    return sorted(letter["To"].addresses[0].addr_spec for letter in letters(world) if not letter["Subject"].startswith("Please call"))


def test_killed_between_any_two_durable_effects_nobody_has_a_digest_twice_and_nobody_goes_without(tmp_path: Path) -> None:
    world = shop(tmp_path)
    delay(world)
    world.run(TUESDAY)
    made, now = tmp_path / "made", tmp_path / "var"
    shutil.copytree(now, made)
    everybody = ["dock@shop.example", "orders@shop.example", "sam@shop.example"]
    died_at: list[str] = []
    with KillingGround(world.config) as ground:
        while True:
            shutil.rmtree(now)
            shutil.copytree(made, now)
            ended = ground.digest(world.config, TUESDAY, die_at=len(died_at) + 1)
            if ended.code != KILLED:
                break
            died_at.append(ended.points[-1])
            again = ground.digest(world.config, TUESDAY)
            assert again.code == 0, again.err
            sent = addressees(world)
            assert len(set(sent)) == len(sent), f"killed {died_at[-1]}: {sent}"
            missing = set(everybody) - set(sent)
            assert len(missing) <= 1, f"killed {died_at[-1]}: one at most was on its way"
            if missing:
                assert ground.digest(world.config, WEDNESDAY).code == 0
            assert missing <= set(addressees(world)), f"killed {died_at[-1]}: the next day's says it"
    assert (ended.code, addressees(world)) == (0, everybody)
    assert {"before a message file", "after a message file"} <= set(died_at)
