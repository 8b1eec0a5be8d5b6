"""The sections with the numbers of the rules: promises (spec 3), changes (spec 4) and guards (spec 2 and 5).

In: nothing. Out: their models. The text under a key is its meaning, and stands in docs/configuration.md.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from tasks.settings_section import Days, Section, Share, ShippingDays


class PromiseSettings(Section):
    """How an ETA becomes the day on which the customer has the goods."""

    calendar: str = "none"
    """Public holidays of a country (`"US"`) or of a subdivision (`"DE-BY"`); `"none"` is weekends only."""
    handling_days: ShippingDays = 1
    """Business days from arrival to shipping."""
    transit_days: ShippingDays = 2
    """Business days from shipping to the customer."""
    transit_days_by_country: dict[str, ShippingDays] = {}
    """The same for some countries of order lines: `{ DE = 4 }`."""
    overdue_grace_days: Days = 2
    """Business days after which a passed ETA is unknown."""
    absent_grace_days: Days = 2
    """Days for which an absent PO line stands as last stated."""
    arrived_days: Days = 15
    """Days for which arrived supply serves whom it served."""


class ChangesSettings(Section):
    """When a new date is news."""

    min_days_later: Annotated[int, Field(ge=1)] = 1
    """Calendar days from which a later date is told."""
    min_days_earlier: Annotated[int, Field(ge=1)] = 1
    """Calendar days from which an earlier date is told."""
    confirm_advances_runs: Annotated[int, Field(ge=1)] = 1
    """Runs with different as-of dates that must find an earlier date before it is told."""
    missed_grace_days: Days = 1
    """Business days after which a told date that has passed calls for a person."""
    max_notices_per_day: Annotated[int, Field(ge=1)] = 1
    """New notices for a customer on one as-of date."""
    announce_early_at_first_sight: bool = False
    """An earlier date is news against the mere date of the order, too."""


class GuardSettings(Section):
    """What is too much to be true: such files are rejected, such notices held until a person has looked."""

    max_customer_share: Share = 0.25
    """Notices are held when more than this share of the customers with open lines would be written to …"""
    guard_min_customers: Annotated[int, Field(ge=0)] = 10
    """… and more than this number of them."""
    max_supplier_share: Share = 0.5
    """Notices are held when one supplier moved more than this share of its PO lines, and over 20, by the very same days."""
    max_row_drop: Share = 0.5
    """A snapshot that lost more than this share of its rows is rejected."""
    max_date_loss: Share = 0.5
    """So is one in which more than this share of the PO lines lost their date."""
    max_order_age_hours: Annotated[float, Field(gt=0)] = 30
    """Notices are held when the order lines are older."""


class RetentionSettings(Section):
    """How long what files said is kept: `tellwhen compact` forgets what is older. Promises, changes and notices are never touched."""

    landed_days: Annotated[int, Field(ge=30)] | None = None
    """Days for which quarantined rows, check results and ended versions of supply and order lines are kept; for ever if nothing is said."""
