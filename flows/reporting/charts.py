"""The charts, described with Altair, in the colours of the page (template/page.css): light, dark, on paper, drawn once.

In: rows of a section. Out: Vega-Lite, as JSON has it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import altair as alt

from flows.commands.showing import without_addresses
from flows.reporting.parts import Spec

Channel = TypeVar("Channel")

BAR = 28
# What stands beside the bars of a chart: its axis, its legend.
BESIDE_BARS = 20
HEIGHT = 240
# With few runs, bars as wide as the chart would look like areas.
MOST_WIDE_BARS = 8

PAST = "past the first promise"
STANDINGS = {PAST: "--red", "not due": "--blue", "never promised": "--grey"}
_SERIES = ["--blue", "--orange", "--green", "--purple", "--red", "--grey"]
_DASHES = [[1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [12, 4], [3, 5]]
_SHAPES = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down"]


@dataclass(frozen=True)
class Outcome:
    """What may have become of a customer: in words, in the view, on the chart."""

    words: str
    column: str
    colour: str


OUTCOMES = (
    Outcome("told", "told_customer_count", "--green"),
    Outcome("called", "called_customer_count", "--blue"),
    Outcome("in flight", "in_flight_customer_count", "--orange"),
    Outcome("to call", "to_call_customer_count", "--purple"),
    Outcome("in the dark", "in_the_dark_customer_count", "--red"),
    Outcome("nothing to tell", "nothing_to_tell_customer_count", "--grey"),
)


def coverage(rows: Sequence[Mapping[str, Any]]) -> Spec:
    """Customers by run and by what has become of them."""
    values = [
        {"run": f"{row['as_of']:%m-%d %H:%M}", "place": place, "outcome": outcome.words, "customers": row[outcome.column]}
        for row in rows
        for place, outcome in enumerate(OUTCOMES)
        if row[outcome.column]
    ]
    found = {value["outcome"] for value in values}
    colours = {outcome.words: outcome.colour for outcome in OUTCOMES if outcome.words in found}
    runs = list(dict.fromkeys(value["run"] for value in values))
    chart = (
        _of(values)
        .mark_bar(stroke="var(--paper)", strokeWidth=1, size=BAR if len(runs) <= MOST_WIDE_BARS else alt.Undefined)
        .encode(
            x=alt.X("run:O", sort=runs, title="run as of (UTC)", axis=alt.Axis(labelAngle=-45, labelOverlap=True)),
            y=alt.Y("sum(customers):Q", title="customers", axis=alt.Axis(tickMinStep=1)),
            order=alt.Order("place:Q"),
            color=_colour("outcome", colours),
        )
        .properties(height=HEIGHT)
    )
    return _finished(chart)


def slip(figures: Sequence[tuple[str, str, float]]) -> Spec:
    """Figures are supplier, month, mean days; colour, dash and shape tell the suppliers apart."""
    values = [{"supplier": without_addresses(supplier), "month": month, "days": float(days)} for supplier, month, days in figures]
    suppliers = list(dict.fromkeys(without_addresses(supplier) for supplier, _, _ in figures))
    base = _of(values).encode(
        x=alt.X("month:O", title="month", axis=alt.Axis(labelAngle=0, labelOverlap=True)),
        y=alt.Y("days:Q", title="mean days later than first said", scale=alt.Scale(zero=True)),
        color=_colour("supplier", dict(zip(suppliers, _SERIES, strict=False))),
    )
    lines = base.mark_line(strokeWidth=2).encode(strokeDash=_told_apart(alt.StrokeDash, "supplier", suppliers, _DASHES))
    points = base.mark_point(size=70, filled=True, opacity=1).encode(shape=_told_apart(alt.Shape, "supplier", suppliers, _SHAPES))
    return _finished((lines + points).properties(height=HEIGHT))


def ageing(rows: Sequence[Mapping[str, Any]]) -> Spec:
    """Open lines by age since the order, and by standing towards the first promise."""
    places = list(STANDINGS)
    values = [
        {"age": row["age_since_order"], "standing": row["standing"], "place": places.index(row["standing"]), "lines": row["line_count"]}
        for row in rows
    ]
    found = {value["standing"] for value in values}
    ages = len({value["age"] for value in values})
    chart = (
        _of(values)
        .mark_bar(stroke="var(--paper)", strokeWidth=1)
        .encode(
            y=alt.Y("age:O", title=None),
            x=alt.X("lines:Q", title="open order lines", axis=alt.Axis(tickMinStep=1)),
            order=alt.Order("place:Q"),
            color=_colour("standing", {standing: colour for standing, colour in STANDINGS.items() if standing in found}),
        )
        .properties(height=BAR * ages + BESIDE_BARS)
    )
    return _finished(chart)


def time_to_notify(rows: Sequence[tuple[str, float, float]]) -> Spec:
    """Rows are supplier, P50, P95 in minutes: a line from the one to the other."""
    values = [{"supplier": without_addresses(supplier), "P50": float(p50), "P95": float(p95)} for supplier, p50, p95 in rows]
    title = "minutes from file to message"
    # A scale that ends where it begins has no marks.
    minutes = alt.Scale(domain=[0, max(1.0, *(float(p95) for _, _, p95 in rows))])
    base = _of(values).encode(y=alt.Y("supplier:N", sort=None, title=None))
    span = base.mark_rule(strokeWidth=2, color="var(--line-strong)").encode(x=alt.X("P50:Q", title=title, scale=minutes), x2="P95:Q")
    ends = base.transform_fold(["P95", "P50"], as_=["share", "minutes"]).encode(
        x=alt.X("minutes:Q", title=title, scale=minutes),
        color=_colour("share", {"P50": "--blue", "P95": "--orange"}),
        shape=_told_apart(alt.Shape, "share", ["P50", "P95"], ["circle", "diamond"]),
    )
    # The greater sign lies under the smaller, which may stand in the same place.
    p95, p50 = (
        ends.transform_filter(f"datum.share === '{share}'").mark_point(filled=True, opacity=1, size=size)
        for share, size in (("P95", 220), ("P50", 60))
    )
    return _finished((span + p95 + p50).properties(height=BAR * len(values) + BESIDE_BARS))


def _of(values: list[dict[str, Any]]) -> alt.Chart:
    return alt.Chart(alt.InlineData(values=values))


def _legend() -> alt.Legend:
    # Three beside each other fit on a phone.
    return alt.Legend(orient="top", columns=3, labelLimit=140, symbolOpacity=1)


def _colour(field: str, colours: Mapping[str, str]) -> alt.Color:
    return _told_apart(alt.Color, field, list(colours), [f"var({colour})" for colour in colours.values()])


def _told_apart(channel: Callable[..., Channel], field: str, names: Sequence[str], signs: Sequence[Any]) -> Channel:
    """Each name has its sign; channels with the same names share one legend."""
    scale = alt.Scale(domain=list(names), range=list(signs[: len(names)]))
    return channel(f"{field}:N", scale=scale, legend=_legend(), title=None)


def _finished(chart: alt.Chart | alt.LayerChart) -> Spec:
    """As wide as the page; what the page says of the chart in words is its text for screen readers, so its marks stay silent."""
    ink, line = "var(--ink)", "var(--line)"
    finished = (
        chart.properties(width="container", autosize=alt.AutoSizeParams(type="fit-x", contains="padding"))
        .configure(background="transparent", font="system-ui, sans-serif", aria=False)
        .configure_view(stroke=None)
        .configure_axis(labelColor=ink, titleColor=ink, gridColor=line, domainColor=line, tickColor=line, labelLimit=120, labelFontSize=12)
        .configure_legend(labelColor=ink, labelFontSize=12)
    )
    spec: Spec = finished.to_dict()
    return spec
