"""The schema of the configuration file (spec 9): one frozen model a section; an unknown key is an error.

In: nothing. Out: the models that `tasks.settings` reads a file into, with the numbers of spec 9 as defaults. The text under a key is its
meaning; `make docs` writes docs/configuration.md from it.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator

from tasks.feeds import FEEDS
from tasks.settings_dispatch import DispatchSettings
from tasks.settings_edi import require_edi_settings_fit
from tasks.settings_rules import ChangesSettings, GuardSettings, PromiseSettings, RetentionSettings
from tasks.settings_section import Section, ShippingDays

Feed = Literal["supplier_etas", "order_lines", "customers", "inventory", "alternatives", "staff"]
Format = Literal["csv", "xlsx", "parquet", "json", "jsonl", "x12", "edifact"]

DEFAULT_UNKNOWN_WORDS = ("TBD", "TBA", "ASAP", "N/A", "NONE", "UNKNOWN")

# Where a source's files stand and are answered says nothing of what they mean.
_OF_TODAY = {"location", "acknowledge"}

Scalar = str | int | float | bool | date | datetime


class WarehouseSettings(Section):
    """Where the history stands, and what "today" means."""

    path: Path = Field(strict=False)
    """The history, a DuckDB file; made when it is missing."""
    published: Path | None = Field(default=None, strict=False)
    """The analysts' copy; if none is named, it stands beside `path` as `….published.duckdb`."""
    timezone: str = "UTC"
    """Decides what "today" is, and what a time without an offset means."""
    memory_limit: Annotated[str, Field(pattern=r"^[0-9]+(\.[0-9]+)? *([KMGT]i?B)$")] | None = None
    """How much memory DuckDB may take, such as `"4GB"`; DuckDB decides if nothing is said."""

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

    @property
    def mark_path(self) -> Path:
        """How much customers were told: a restored backup of the warehouse knows less than this."""
        return self.path.with_name(self.path.name + ".mark")

    @property
    def spool_path(self) -> Path:
        """The folder of provider events that arrived while nobody wrote to the warehouse."""
        return self.path.with_name(self.path.name + ".spool")


class SourceSettings(Section):
    """One feed from one place: one section for each source.

    At least one must have the feed `supplier_etas`, and one `order_lines`.
    """

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
    """Letters, digits, `.`, `_` and `-`."""
    feed: Feed
    """What the source speaks of."""
    format: Format
    """`xlsx` reads Excel's and LibreOffice's files of any age; `.gz`, `.zst` and `.zip` are opened by their names.

    `x12` and `edifact` are read as [EDI](edi.md) says.
    """
    location: Annotated[str, Field(min_length=1)]
    """A path or a glob."""
    mode: Literal["snapshot", "delta"]
    """`snapshot`: each file is the whole truth; `delta`: a file holds only what is new."""
    sheet: str | int | None = None
    """For xlsx: the name or number (1 = the first; hidden ones count) of the sheet; else the first visible sheet that has the header."""
    constants: dict[str, Scalar] = {}
    """Columns that the file lacks: `{ supplier_id = "ACME" }`."""
    columns: dict[str, str] = {}
    """Feed column = title in the file: `{ eta = "Neuer Termin" }`; the others are matched by name."""
    values: dict[str, dict[str, str]] = {}
    """For a column, the file's words = ours: `{ status = { offen = "open" } }`."""
    units: dict[str, float | int | str] = {}
    """The file's units in ours: `{ CS = 12 }`."""
    date_format: str | list[str] = []
    """`"%d.%m.%Y"`, or a list, tried in order; ISO is always understood."""
    unknown_words: list[str] = list(DEFAULT_UNKNOWN_WORDS)
    """What stands in `eta` when nobody knows."""
    file_date: str | None = None
    """Where the date stands in a file's name: `"etas_(%Y%m%d)"`."""
    encoding: str = "utf-8"
    """Such as `"cp1252"`."""
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    """What stands between two cells: one character."""
    decimal: Literal[".", ","] = "."
    """The mark before decimals."""
    thousands: Literal[".", ",", " ", "'"] | None = None
    """The mark between thousands."""
    max_age_hours: Annotated[float, Field(gt=0)] | None = None
    """A last accepted file that is older is said by `sources`, `doctor`, the summary and the digest."""
    parts: bool = False
    """All new files together are one snapshot."""
    may_be_empty: bool = False
    """A header without rows is no fault."""
    required: bool = True
    """`false`: runs go on although this source was never accepted."""
    share_reason: bool = False
    """Customers may read the supplier's reason."""
    dates: Literal["delivery", "ship"] = "delivery"
    """For EDI: `ship` takes the day on which goods leave as well, and adds `inbound_transit_days`."""
    inbound_transit_days: ShippingDays | None = None
    """For EDI with `dates = "ship"`: calendar days from the supplier to us."""
    backorder_quantity: Literal["pairs", "accepted", "backordered"] = "pairs"
    """For X12: what ACK02 of a lone backorder counts; `pairs` takes only answers that add up to what was ordered."""
    sku_qualifiers: list[str] = []
    """For EDI: the item numbers that are ours, the preferred first: `["BP", "UP"]`; else the buyer's, the supplier's, the trade's."""
    date_qualifiers: dict[str, Literal["delivery", "ship", "none"]] = {}
    """For EDI: what this partner means by a date qualifier: `{ "055" = "delivery" }`."""
    stock_qualifiers: list[str] = []
    """For X12's 846: the quantities that are on hand, the preferred first; else `["17", "33"]`."""
    strict_envelope: bool = False
    """For EDI: a message whose counts or control numbers are not right goes to quarantine, line by line."""
    acknowledge: str | None = None
    """For EDI: a folder for functional acknowledgements (997, CONTRL), such as `"outbound"`."""

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, value: str) -> str:
        try:
            "".encode(value)
        except LookupError:
            raise ValueError(f"{value!r} is no encoding; expected a name such as 'utf-8', 'cp1252' or 'utf-16'") from None
        return value

    @field_validator("sheet", mode="before")
    @classmethod
    def _name_or_number(cls, value: object) -> object:
        if value is None or (isinstance(value, str) and value.strip()) or (type(value) is int and value > 0):
            return value
        raise ValueError("expected the name of a sheet, or its number from 1")

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
        if self.sheet is not None and self.format != "xlsx":
            raise ValueError(f'sheet is for format = "xlsx" only; the format is {self.format!r}')
        require_edi_settings_fit(self.model_dump(include=self.model_fields_set), self.format, self.feed)
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


class MessagesSettings(Section):
    """What the messages say beside the dates."""

    templates: Path | None = Field(default=None, strict=False)
    """A folder with templates of yours; those of Tellwhen if none is named."""
    locales: Path | None = Field(default=None, strict=False)
    """A folder with catalogues of yours, `de/LC_MESSAGES/tellwhen.po`, laid over those of Tellwhen; see [messages](messages.md)."""
    shop_name: str | None = None
    """How the shop calls itself; `dispatch.from_name` if nothing is said."""
    phone: str | None = None
    """How to reach it."""
    url: str | None = None
    """Where to find it."""


class StaffSettings(Section):
    """Who hears of lines that nobody else looks after."""

    fallback_email: str | None = None
    """For lines without a sales person who can be written to; see [operations](operations.md#staff)."""


class Settings(Section):
    """The whole configuration. `folder` is the folder of the file: relative paths are relative to it."""

    folder: Path = Field(strict=False)
    warehouse: WarehouseSettings
    sources: list[SourceSettings]
    promise: PromiseSettings = PromiseSettings()
    changes: ChangesSettings = ChangesSettings()
    guard: GuardSettings = GuardSettings()
    retention: RetentionSettings = RetentionSettings()
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

    @property
    def as_recorded(self) -> str:
        """JSON of all that decides what a run says, kept with it: not where files stand, nor how messages are sent."""
        kept = {
            "timezone": self.warehouse.timezone,
            "sources": [
                source.model_dump(mode="json", exclude={"location", "acknowledge"}, exclude_defaults=True) for source in self.sources
            ],
            **{section: getattr(self, section).model_dump(mode="json") for section in ("promise", "changes", "guard")},
        }
        return json.dumps(kept, sort_keys=True, ensure_ascii=False)

    @property
    def settings_id(self) -> str:
        """The fingerprint of what is recorded."""
        return hashlib.sha256(self.as_recorded.encode()).hexdigest()[:16]

    def with_recorded(self, recorded: str) -> Settings:
        """These settings with those laid over that a run was made with."""
        kept = json.loads(recorded)
        return self.model_copy(
            update={
                "warehouse": self.warehouse.model_copy(update={"timezone": kept["timezone"]}),
                # Where the files stand is on record with each of them.
                "sources": [SourceSettings.model_validate({**source, "location": "archived"}) for source in kept["sources"]],
                "promise": PromiseSettings.model_validate(kept["promise"]),
                "changes": ChangesSettings.model_validate(kept["changes"]),
                "guard": GuardSettings.model_validate(kept["guard"]),
            }
        )
