"""The schema of the configuration file (spec 9): one frozen model a section; an unknown key is an error.

In: nothing. Out: the models that `tasks.settings` reads a file into, with the numbers of spec 9 as defaults.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from tasks.feeds import FEEDS

Feed = Literal["supplier_etas", "order_lines", "customers", "inventory", "alternatives", "staff"]
Format = Literal["csv", "parquet", "json", "jsonl"]
Transport = Literal["outbox"]

DEFAULT_UNKNOWN_WORDS = ("TBD", "TBA", "ASAP", "N/A", "NONE", "UNKNOWN")

Scalar = str | int | float | bool | date | datetime
Share = Annotated[float, Field(ge=0, le=1)]
# More than ten years is a slip of the key, and would make every date unknown.
Days = Annotated[int, Field(ge=0, le=3650)]
ShippingDays = Annotated[int, Field(ge=0, le=366)]


class Section(BaseModel):
    """A table of the configuration file: an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class WarehouseSettings(Section):
    path: Path = Field(strict=False)
    published: Path | None = Field(default=None, strict=False)
    timezone: str = "UTC"
    memory_limit: Annotated[str, Field(pattern=r"^[0-9]+(\.[0-9]+)? *([KMGT]i?B)$")] | None = None

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError(f"{value!r} is no time zone; expected a name such as 'Europe/Berlin'") from None
        return value

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def published_path(self) -> Path:
        """Where analysts read; beside the warehouse unless named."""
        return self.published or self.path.with_name(f"{self.path.stem}.published{self.path.suffix or '.duckdb'}")

    @property
    def lock_path(self) -> Path:
        """The lock file of our own: DuckDB's lock can be lost (design.md)."""
        return self.path.with_name(self.path.name + ".lock")


class SourceSettings(Section):
    """One feed from one place."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
    feed: Feed
    format: Format
    location: Annotated[str, Field(min_length=1)]
    mode: Literal["snapshot", "delta"]
    constants: dict[str, Scalar] = {}
    columns: dict[str, str] = {}
    values: dict[str, dict[str, str]] = {}
    units: dict[str, float | int | str] = {}
    date_format: str | list[str] = []
    unknown_words: list[str] = list(DEFAULT_UNKNOWN_WORDS)
    file_date: str | None = None
    encoding: str = "utf-8"
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    decimal: Literal[".", ","] = "."
    thousands: Literal[".", ",", " ", "'"] | None = None
    max_age_hours: Annotated[float, Field(gt=0)] | None = None
    parts: bool = False
    may_be_empty: bool = False
    required: bool = True
    share_reason: bool = False

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, value: str) -> str:
        try:
            "".encode(value)
        except LookupError:
            raise ValueError(f"{value!r} is no encoding; expected a name such as 'utf-8', 'cp1252' or 'utf-16'") from None
        return value

    @model_validator(mode="after")
    def _columns_of_this_feed(self) -> SourceSettings:
        known = [column.name for column in FEEDS[self.feed]]
        for key in ("columns", "constants", "values"):
            unknown = sorted(set(getattr(self, key)) - set(known))
            if unknown:
                raise ValueError(
                    f"{key} names {', '.join(map(repr, unknown))}, which is no column of the feed "
                    f"{self.feed}; expected any of {', '.join(known)}"
                )
        both = sorted(set(self.columns) & set(self.constants))
        if both:
            raise ValueError(f"{', '.join(map(repr, both))} stands in columns and in constants; expected one of the two")
        if self.thousands == self.decimal:
            raise ValueError(f"thousands and decimal are both {self.decimal!r}")
        return self

    @property
    def date_formats(self) -> list[str]:
        return [self.date_format] if isinstance(self.date_format, str) else list(self.date_format)

    @property
    def fingerprint(self) -> str:
        """Changes when any setting of the source does: a rejected file is then tried again (spec 2)."""
        text = json.dumps(self.model_dump(mode="json"), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


class PromiseSettings(Section):
    calendar: str = "none"
    handling_days: ShippingDays = 1
    transit_days: ShippingDays = 2
    transit_days_by_country: dict[str, ShippingDays] = {}
    overdue_grace_days: Days = 2
    absent_grace_days: Days = 2
    arrived_days: Days = 15


class ChangesSettings(Section):
    min_days_later: Annotated[int, Field(ge=1)] = 1
    min_days_earlier: Annotated[int, Field(ge=1)] = 1
    confirm_advances_runs: Annotated[int, Field(ge=1)] = 1
    missed_grace_days: Days = 1
    max_notices_per_day: Annotated[int, Field(ge=1)] = 1
    announce_early_at_first_sight: bool = False


class GuardSettings(Section):
    max_customer_share: Share = 0.25
    guard_min_customers: Annotated[int, Field(ge=0)] = 10
    max_supplier_share: Share = 0.5
    max_row_drop: Share = 0.5
    max_date_loss: Share = 0.5
    max_order_age_hours: Annotated[float, Field(gt=0)] = 30


class OutboxSettings(Section):
    path: Path = Field(default=Path("var/outbox"), strict=False)


class DispatchSettings(Section):
    transport: Transport = "outbox"
    from_email: str
    from_name: str | None = None
    reply_to: str | None = None
    concurrency: Annotated[int, Field(ge=1, le=1000)] = 64
    default_locale: str = "en"
    outbox: OutboxSettings = OutboxSettings()


class MessagesSettings(Section):
    """What the messages say beside the dates."""

    templates: Path | None = Field(default=None, strict=False)
    locales: Path | None = Field(default=None, strict=False)
    shop_name: str | None = None
    phone: str | None = None
    url: str | None = None


class StaffSettings(Section):
    fallback_email: str | None = None


class Settings(Section):
    """The whole configuration. `folder` is the folder of the file: relative paths are relative to it."""

    folder: Path = Field(strict=False)
    warehouse: WarehouseSettings
    sources: list[SourceSettings]
    promise: PromiseSettings = PromiseSettings()
    changes: ChangesSettings = ChangesSettings()
    guard: GuardSettings = GuardSettings()
    dispatch: DispatchSettings
    messages: MessagesSettings = MessagesSettings()
    staff: StaffSettings = StaffSettings()

    @model_validator(mode="after")
    def _sources_fit_together(self) -> Settings:
        names = [source.name for source in self.sources]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"sources: the name {', '.join(map(repr, twice))} is given twice; expected a name for each source")
        for feed in ("supplier_etas", "order_lines"):
            if not any(source.feed == feed for source in self.sources):
                raise ValueError(f'sources: no source has feed = "{feed}"; expected at least one')
        return self

    def source(self, name: str) -> SourceSettings | None:
        return next((source for source in self.sources if source.name == name), None)

    @property
    def promise_fingerprint(self) -> str:
        """Changes when a setting does that moves promises: the cause of a change may then be `settings`."""
        text = json.dumps(self.promise.model_dump(mode="json"), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]
