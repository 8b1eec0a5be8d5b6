"""A configuration that cannot be used gives every fault at once: key, place, expectation; exit code 2, no traceback (spec 9)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.messages.rendering import OUR_TEMPLATES
from tasks.settings import load_settings
from tests.pipeline.command_line import tellwhen
from tests.pipeline.worlds import World, day, order, po


def test_every_fault_of_a_file_is_named_at_once_with_its_key_its_line_and_what_was_expected(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.config.write_text(
        world.config.read_text().replace('feed = "customers"', 'feed = "custmers"')
        + '\n[promise]\nhandling_dayz = 1\ntransit_days = "two"\n[guard]\nmax_row_drop = 1.5\n[nonsense]\na = 1\n'
    )
    said = tellwhen(world, "runs")
    assert (said.code, said.out) == (2, "")
    assert "Traceback" not in said.err
    lines = world.config.read_text().splitlines()
    for key, words in {
        "handling_dayz": "handling_dayz",
        "transit_days": "transit_days",
        "max_row_drop": "max_row_drop",
        "feed": "custmers",
    }.items():
        (message,) = [line for line in said.err.splitlines() if words in line]
        number = next(n for n, line in enumerate(lines, 1) if words in line)
        assert f"line {number}" in message, message
        assert key in message
    assert "nonsense" in said.err
    assert "supplier_etas" in said.err, "the words that would be right are named"


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ('[promise]\ncalendar = "Atlantis"', ["calendar", "Atlantis"]),
        ('[messages]\ntemplates = "nowhere"', ["templates", "nowhere"]),
        ('[messages]\nlocales = "nowhere"', ["locales", "nowhere"]),
        ('[dispatch]\nfrom_email = "orders@shop.example"\ndefault_locale = "nl"', ["default_locale", "'nl'", "de, en, fr"]),
        ("[changes]\nmin_days_later = 0", ["min_days_later"]),
        ('[dispatch]\nfrom_email = "nobody"', ["from_email", "nobody"]),
        ('[dispatch]\ntransport = "pigeon"\nfrom_email = "orders@shop.example"', ["transport", "pigeon", "outbox"]),
    ],
)
def test_a_value_that_cannot_be_used_is_known_before_anything_is_done(tmp_path: Path, settings: str, words: list[str]) -> None:
    world = World(tmp_path, settings=settings)
    said = tellwhen(world, "run", "--dry-run")
    assert (said.code, "Traceback" in said.err) == (2, False)
    assert all(word in said.err for word in words), said.err
    assert not world.live.exists()


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ('format = "csv"\nsheet = "Orders"', "sheet is for format = \"xlsx\" only; the format is 'csv'"),
        ('format = "xlsx"\nsheet = 0', "sheet: 0: expected the name of a sheet, or its number from 1"),
        ('format = "xlsx"\nsheet = true', "sheet: True: expected the name of a sheet, or its number from 1"),
        ('format = "xlsx"\nsheet = " "', "sheet: ' ': expected the name of a sheet, or its number from 1"),
    ],
)
def test_a_sheet_is_a_name_or_a_number_and_for_excel_only(tmp_path: Path, keys: str, words: str) -> None:
    world = World(tmp_path)
    world.config.write_text(world.config.read_text().replace('format = "csv"', keys, 1))
    said = tellwhen(world, "runs")
    assert (said.code, "Traceback" in said.err) == (2, False)
    assert words in said.err


def write_catalogue(world: World, locale: str, sentences: str = "") -> Path:
    path = world.folder / "locales" / locale / "LC_MESSAGES" / "tellwhen.po"
    path.parent.mkdir(parents=True)
    path.write_text(f'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n{sentences}', encoding="utf-8")
    return path


@pytest.mark.parametrize("command", [("run", "--dry-run"), ("dispatch",)])
def test_a_half_translated_language_of_a_shop_is_named_before_a_customer_reads_it(tmp_path: Path, command: tuple[str, ...]) -> None:
    world = World(tmp_path, settings='[messages]\nlocales = "locales"')
    path = write_catalogue(world, "nl", '\nmsgid "Wait."\nmsgstr "Wachten."\n')
    said = tellwhen(world, *command)
    assert (said.code, "Traceback" in said.err) == (2, False)
    assert f"{path}: lacks 'no date' (sentences.txt, line " in said.err
    assert "Wait." not in said.err


def test_a_message_of_a_shop_is_rehearsed_in_each_language_of_the_shop(tmp_path: Path) -> None:
    world = World(tmp_path, settings='[messages]\nlocales = "locales"\ntemplates = "templates"')
    write_catalogue(world, "de")
    (tmp_path / "templates").mkdir()
    ours = (OUR_TEMPLATES / "message.txt").read_text(encoding="utf-8")
    forgets = ours.replace("{{ say.cancel_offer(lines) }}", '{% if language == "en" %}{{ say.cancel_offer(lines) }}{% endif %}')
    (tmp_path / "templates" / "message.txt").write_text(forgets, encoding="utf-8")
    said = tellwhen(world, "run", "--dry-run")
    assert (said.code, "Traceback" in said.err) == (2, False)
    assert f"{tmp_path / 'templates' / 'message.txt'}: a message about a delay" in said.err


@pytest.mark.parametrize("missing", ["path =", "from_email =", "mode =", "location =", "feed ="])
def test_a_required_key_that_is_missing_is_named(tmp_path: Path, missing: str) -> None:
    world = World(tmp_path)
    lines = world.config.read_text().splitlines()
    world.config.write_text("\n".join(line for line in lines if not line.startswith(missing)))
    said = tellwhen(world, "runs")
    assert said.code == 2
    assert missing.split(maxsplit=1)[0] in said.err
    assert "missing" in said.err


def test_a_missing_file_and_one_that_is_no_toml_are_messages(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.config.write_text("[warehouse\n")
    assert (tellwhen(world, "runs").code, "TOML" in tellwhen(world, "runs").err) == (2, True)
    world.config.unlink()
    said = tellwhen(world, "runs")
    assert said.code == 2
    assert "tellwhen.toml" in said.err


def test_the_configuration_is_found_by_option_variable_and_folder_and_its_paths_are_relative_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path / "shop")
    world.put("acme", po("P1", "2026-03-16"))
    world.put("orders", order("O1"))
    monkeypatch.chdir(tmp_path)
    world.run(day(1))
    assert world.live.exists()
    assert tellwhen(None, "runs").code == 2
    monkeypatch.setenv("TELLWHEN_CONFIG", "shop/tellwhen.toml")
    assert len(tellwhen(None, "runs", "--json").json) == 1
    monkeypatch.delenv("TELLWHEN_CONFIG")
    monkeypatch.chdir(world.folder)
    assert len(tellwhen(None, "runs", "--json").json) == 1


def test_any_value_can_be_overridden_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path)
    world.put("acme", po("P1", "2026-03-16"))
    world.put("orders", order("O1", "2026-03-03"))
    monkeypatch.setenv("TELLWHEN_WAREHOUSE__PATH", "elsewhere/w.duckdb")
    monkeypatch.setenv("TELLWHEN_PROMISE__TRANSIT_DAYS", "5")
    monkeypatch.setenv("TELLWHEN_DISPATCH__OUTBOX__PATH", "letters")
    world.run(day(1), announce=True)
    assert (world.folder / "elsewhere" / "w.duckdb").exists()
    assert len(list((world.folder / "letters").glob("*.eml"))) == 1
    (row,) = tellwhen(world, "explain", "O1", "1", "--json").json
    assert row["expected_on"] == "2026-03-24"
    monkeypatch.setenv("TELLWHEN_PROMISE__TRANSIT_DAYS", "some")
    said = tellwhen(world, "runs")
    assert said.code == 2
    assert "transit_days" in said.err


def test_the_environment_names_a_country_as_it_is_written(tmp_path: Path) -> None:
    world = World(tmp_path, settings="[promise]\ntransit_days_by_country = { DE = 4 }\n")
    settings = load_settings(world.config, {"TELLWHEN_PROMISE__TRANSIT_DAYS_BY_COUNTRY__DE": "9"})
    assert settings.promise.transit_days_by_country == {"DE": 9}


def test_text_from_the_environment_may_look_like_a_number(tmp_path: Path) -> None:
    settings = load_settings(World(tmp_path).config, {"TELLWHEN_MESSAGES__PHONE": "5551234", "TELLWHEN_DISPATCH__FROM_NAME": '"The Shop"'})
    assert (settings.messages.phone, settings.dispatch.from_name) == ("5551234", "The Shop")
