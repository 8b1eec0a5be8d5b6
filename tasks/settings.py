"""Settings: the configuration file, with the environment laid over it, read against a schema (spec 9).

In: a TOML file and `TELLWHEN_SECTION__KEY` variables. Out: one frozen `Settings`, paths made absolute.
This is the only module that reads the environment.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_origin

from pydantic import ValidationError

from tasks.configuration_file import line_of
from tasks.errors import ConfigurationError
from tasks.settings_dispatch import DispatchSettings, OutboxSettings, SendGridSettings, SmtpSettings
from tasks.settings_rules import PromiseSettings
from tasks.settings_schema import MessagesSettings, Settings, SourceSettings, WarehouseSettings

__all__ = [
    "DispatchSettings",
    "MessagesSettings",
    "OutboxSettings",
    "PrefectAccess",
    "PromiseSettings",
    "SendGridSettings",
    "Settings",
    "SmtpSettings",
    "SourceSettings",
    "WarehouseSettings",
    "configuration_path",
    "current_user",
    "default_environment",
    "load_settings",
    "prefect_access",
    "provide_secrets",
    "secret",
]

# Secrets from elsewhere than the environment, by the name of their variable; kept out of it, where child processes would see them.
_PROVIDED: dict[str, str] = {}


def configuration_path(option: Path | None) -> Path:
    """The file to read: the option, else $TELLWHEN_CONFIG, else ./tellwhen.toml (spec 8)."""
    return option or Path(os.environ.get("TELLWHEN_CONFIG") or "tellwhen.toml")


def current_user() -> str:
    """Who is asking, for the record of a person's decision; empty when nobody is named."""
    return os.environ.get("USER") or os.environ.get("LOGNAME") or ""


@dataclass(frozen=True)
class PrefectAccess:
    """Where Prefect's server is, and with what it lets us in: never shown, not even in a traceback."""

    url: str
    key: str | None = field(default=None, repr=False)
    auth_string: str | None = field(default=None, repr=False)


def prefect_access() -> PrefectAccess | None:
    """The server that the environment names; None where it names none."""
    url = os.environ.get("PREFECT_API_URL")
    return PrefectAccess(url, os.environ.get("PREFECT_API_KEY"), os.environ.get("PREFECT_API_AUTH_STRING")) if url else None


def default_environment(values: Mapping[str, str]) -> None:
    """Set variables that the user has not set, for libraries that are told by the environment alone (Prefect, before its import)."""
    for name, value in values.items():
        os.environ.setdefault(name, value)


def secret(name: str) -> str | None:
    """A secret by the name of its variable (SENDGRID_API_KEY, SMTP_PASSWORD), or None: the environment's, else what was provided."""
    return os.environ.get(name) or _PROVIDED.get(name)


def provide_secrets(values: Mapping[str, str]) -> None:
    """Hand in secrets from another store (Prefect's Secret blocks), for this process only."""
    _PROVIDED.update(values)


def load_settings(path: Path, environ: Mapping[str, str] | None = None) -> Settings:
    """Read `path` with the environment laid over it.

    Raises ConfigurationError that lists every fault at once, each with file, line, key and what was expected.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigurationError([f"{path}: no such configuration file; name one with --config or $TELLWHEN_CONFIG"]) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError([f"{path}: cannot be read as UTF-8 text: {error}"]) from None
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError([f"{path}: is not TOML: {error}"]) from None
    problems = _lay_over(document, os.environ if environ is None else environ)
    if problems:
        raise ConfigurationError(problems)
    folder = path.resolve().parent
    try:
        settings = Settings.model_validate({**document, "folder": folder})
    except ValidationError as error:
        raise ConfigurationError([_sentence(path, text, detail) for detail in error.errors()]) from None
    return _absolute(settings)


def _lay_over(document: dict[str, Any], environ: Mapping[str, str]) -> list[str]:
    """Put each TELLWHEN_SECTION__KEY into `document`; returns what could not be placed."""
    problems = []
    for variable in sorted(environ):
        if not variable.startswith("TELLWHEN_") or "__" not in variable:
            continue
        (*sections, key), kind = _key_of(variable)
        if sections[0] == "sources":
            problems.append(f"${variable}: sources cannot be set from the environment; edit the configuration file")
            continue
        table: Any = document
        for section in sections:
            table = table.setdefault(section, {}) if isinstance(table, dict) else None
        if not isinstance(table, dict):
            problems.append(f"${variable}: {'.'.join(sections)} is no section of the configuration")
            continue
        table[key] = _toml_value(environ[variable], kind)
    return problems


def _key_of(variable: str) -> tuple[list[str], Any]:
    """The key that a variable names, and what the schema expects there. Our keys are in small letters; a country stays as it is."""
    names: list[str] = []
    kind: Any = Settings
    for name in variable.removeprefix("TELLWHEN_").split("__"):
        names.append(name if get_origin(kind) is dict else name.lower())
        field = getattr(kind, "model_fields", {}).get(names[-1])
        kind = field.annotation if field else None
    return names, kind


def _toml_value(text: str, kind: Any) -> Any:
    """`12` is a number, `true` a truth value, anything that is no TOML is text; a key that expects text takes either as text."""
    try:
        value = tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
    return text if kind in (str, str | None) and not isinstance(value, str) else value


def _sentence(path: Path, text: str, detail: Any) -> str:
    location: tuple[str | int, ...] = tuple(detail["loc"])
    # pydantic names the members of a union and the checks of a model in the location; keys and places are enough.
    keys = tuple(part for part in location if isinstance(part, int) or not any(c in part for c in "[]()- "))
    dotted = ".".join(str(part + 1) if isinstance(part, int) else part for part in keys)
    message = {
        "extra_forbidden": "is no key of this section; see docs/configuration.md for those that are",
        "missing": "is missing; expected a value",
    }.get(detail["type"], detail["msg"].removeprefix("Value error, "))
    if detail["type"] not in ("extra_forbidden", "missing") and isinstance(detail["input"], str | int | float | bool):
        message = f"{detail['input']!r}: {message}"
    line = line_of(text, keys)
    place = f"{path}, line {line}" if line else f"{path}"
    return f"{place}: {dotted}: {message}" if dotted else f"{place}: {message}"


def _absolute(settings: Settings) -> Settings:
    """All paths, made absolute against the configuration file's folder."""

    def at(path: Path | None) -> Path | None:
        return None if path is None else settings.folder / path

    warehouse = settings.warehouse.model_copy(update={"path": at(settings.warehouse.path), "published": at(settings.warehouse.published)})
    smtp = settings.dispatch.smtp.model_copy(update={"ca_file": at(settings.dispatch.smtp.ca_file)})
    outbox = OutboxSettings(path=settings.folder / settings.dispatch.outbox.path)
    dispatch = settings.dispatch.model_copy(update={"outbox": outbox, "smtp": smtp})
    messages = settings.messages.model_copy(update={"templates": at(settings.messages.templates), "locales": at(settings.messages.locales)})
    sources = [
        source.model_copy(
            update={
                "location": source.location if "://" in source.location else str(settings.folder / source.location),
                "acknowledge": source.acknowledge and str(settings.folder / source.acknowledge),
            }
        )
        for source in settings.sources
    ]
    return settings.model_copy(update={"warehouse": warehouse, "dispatch": dispatch, "messages": messages, "sources": sources})
