"""The rules, as data: for the rows of each feed, for a whole file, and for the promises.

In: nothing. Out: ROW_RULES, FEED_RULES and PROMISE_RULES (spec 2 and 3); the names are read in `quarantined_rows` and `check_results`.
Order matters in ROW_RULES: a row is quarantined for the first rule that it breaks.
"""

from __future__ import annotations

from data_checks.expectation import Expectation
from data_checks.row_rules import (
    IS_NOT_REPEATED,
    ROW_IS_WHOLE,
    bad_rows,
    day,
    eta,
    flag,
    given,
    instant,
    not_negative,
    number,
    whole_number,
    word,
)

ROW_RULES: dict[str, tuple[Expectation, ...]] = {
    "supplier_etas": (
        ROW_IS_WHOLE,
        given("supplier_id"),
        given("po_number"),
        given("sku"),
        whole_number("slice_no"),
        word("status", "open", "shipped", "received", "cancelled"),
        # Before the quantity, which is only ours once the unit is known.
        bad_rows(
            "unit_is_known",
            ("unit", "unit_known"),
            '"unit_known" is not true',
            "unit '{unit}' is not known; expected {expected_units}",
            "a quantity in an unknown unit could be twelve times too small",
        ),
        given("quantity", typed=True),
        number("quantity"),
        bad_rows(
            "quantity_is_positive",
            ("quantity", "quantity_text", "status"),
            """"quantity" < 0 or ("quantity" = 0 and "status" not in ('received', 'cancelled'))""",
            "quantity '{quantity_text}' is not above 0; expected what is still to come, or 0 where status is received or cancelled",
            "a supply line that brings nothing cannot be promised",
        ),
        eta("eta"),
        bad_rows(
            "eta_is_plausible",
            ("eta_latest_on", "eta_text"),
            '"eta_latest_on" < cast({as_of_on} as date) - interval 2 year or "eta_latest_on" > cast({as_of_on} as date) + interval 3 year',
            "eta '{eta_text}' ({eta_latest_on}) is not plausible; expected from two years before to three years after {as_of_on}",
            "a mistyped year would move customers by years",
        ),
        instant("stated_at"),
        IS_NOT_REPEATED,
    ),
    "order_lines": (
        ROW_IS_WHOLE,
        given("order_id"),
        given("line_no", typed=True),
        whole_number("line_no"),
        given("customer_id"),
        given("sku"),
        given("quantity_open", typed=True),
        number("quantity_open"),
        not_negative("quantity_open"),
        given("ordered_at", typed=True),
        instant("ordered_at"),
        day("promised_on"),
        whole_number("priority"),
        word("status", "open", "shipped", "cancelled"),
        flag("partial_ok"),
        bad_rows(
            "belongs_to_its_first_source",
            ("owner_source", "order_id", "line_no"),
            '"owner_source" is not null',
            "line {line_no} of order '{order_id}' belongs to the source {owner_source}, which gave it first; expected it from there alone",
            "two sources that disagree about a line would move its customer back and forth",
        ),
        IS_NOT_REPEATED,
    ),
    "customers": (ROW_IS_WHOLE, given("customer_id"), word("notify", "email", "none"), IS_NOT_REPEATED),
    "inventory": (
        ROW_IS_WHOLE,
        given("sku"),
        given("on_hand", typed=True),
        number("on_hand"),
        not_negative("on_hand"),
        IS_NOT_REPEATED,
    ),
    "alternatives": (ROW_IS_WHOLE, given("sku"), given("alternative_sku"), day("available_on"), IS_NOT_REPEATED),
    "staff": (ROW_IS_WHOLE, given("staff_id"), given("role", typed=True), word("role", "sales", "warehouse"), IS_NOT_REPEATED),
}

_NEXT_STEP = "if the file is right: tellwhen sources accept {source} {file} --by WHO"

# On the one row of staging.feed_facts: an empty file cannot pass for a good one. A fact that is missing never lets a file through.
FEED_RULES: tuple[Expectation, ...] = (
    Expectation(
        "facts_are_one_row",
        "row_count_between",
        (),
        {"minimum": 1, "maximum": 1},
        "critical",
        "what is known of the file takes {row_count} rows; expected one; this is a fault of Tellwhen, not of the file",
        "an empty table passes every rule about rows",
    ),
    Expectation(
        "file_has_rows",
        "rows",
        ("rows_read", "may_be_empty"),
        {"bad": '"may_be_empty" is not true and coalesce("rows_read", 0) = 0'},
        "critical",
        "the file has a header but no rows; expected at least one; if an empty file can be right, set may_be_empty = true for {source}",
        "an export that broke off would look as if everything were gone",
    ),
    Expectation(
        "rows_are_not_lost",
        "rows",
        ("rows_good", "previous_rows_good", "is_snapshot", "overruled", "max_row_drop"),
        {
            "bad": '"is_snapshot" is not false and "overruled" is not true and "previous_rows_good" >= 20'
            ' and "previous_rows_good" - coalesce("rows_good", 0)'
            ' > coalesce(cast("max_row_drop" as decimal(9, 6)), 0) * "previous_rows_good"'
        },
        "critical",
        "the file has {rows_good} good rows, the last accepted one had {previous_rows_good};"
        " expected a share of no more than {max_row_drop} (max_row_drop) to be missing; " + _NEXT_STEP,
        "half an export would look as if the other half had arrived or been closed",
    ),
    Expectation(
        "dates_are_not_lost",
        "rows",
        ("dates_lost", "dated_before", "is_snapshot", "overruled", "max_date_loss"),
        {
            "bad": '"is_snapshot" is not false and "overruled" is not true and "dated_before" >= 20'
            ' and ("dates_lost" is null or "dates_lost" > coalesce(cast("max_date_loss" as decimal(9, 6)), 0) * "dated_before")'
        },
        "critical",
        "{dates_lost} of the {dated_before} PO lines that had a date have none in the file;"
        " expected a share of no more than {max_date_loss} (max_date_loss); " + _NEXT_STEP,
        "a column that moved would tell every customer that we know nothing",
    ),
)


def _invariant(name: str, message: str, why: str) -> Expectation:
    return Expectation(name, "no_rows", (), {"query": name}, "critical", message, why)


# On work.promises, before anything can be sent (spec 3). The queries are sql/invariants/<name>.sql.
PROMISE_RULES: tuple[Expectation, ...] = (
    Expectation(
        "promises_are_as_many_as_lines",
        "row_count_between",
        (),
        {"minimum": "{lines}", "maximum": "{lines}"},
        "critical",
        "there are {row_count} promises; expected {lines}, one for each open order line that the run looks at",
        "a calculation that came to nothing passes every rule about rows",
    ),
    _invariant(
        "one_promise_for_each_open_line",
        "order lines have no promise, several, or one without being open; expected exactly one for each open line",
        "a line without a promise is a customer who is never told",
    ),
    _invariant(
        "lines_left_alone_have_a_promise",
        "the promises that stand and those that are worked out are not as many as the open order lines; expected one for each",
        "a line that no run looks at any more is a customer who is never told",
    ),
    _invariant(
        "slices_add_up",
        "the slices of order lines do not add up to the open quantity; expected that they do",
        "a quantity that is lost or invented makes the date wrong",
    ),
    _invariant(
        "no_supply_gives_more_than_it_has",
        "supply gives more than it has; expected at most its quantity",
        "the same goods would be promised to two customers",
    ),
    _invariant(
        "arrived_supply_gives_no_more_than_before",
        "arrived supply gives order lines more than it gave them in the run before; expected at most that",
        "goods on the dock belong to those who waited for them",
    ),
)
