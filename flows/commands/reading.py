"""Commands that only read: who, explain, timeline, notices, runs, quarantine.

In: the warehouse, live or published. Out: rows, as a table or as JSON.
"""

from __future__ import annotations

from typing import Annotated, Any

import typer

from flows.commands.context import Context
from flows.commands.showing import in_days, show, text_of, to_decide
from tasks.deciding import find_notice
from tasks.errors import UsageError
from tasks.runs import naive_utc
from tasks.warehouse import writer_is_alive

AsJson = Annotated[bool, typer.Option("--json", help="JSON on stdout: a list of objects.")]
OrderId = Annotated[str, typer.Argument(metavar="ORDER")]
LineNo = Annotated[int, typer.Argument(metavar="LINE")]

# Spec 5: who moves a notice on from each stands in GLOSSARY.md.
NOTICE_STATES = (
    "pending", "held", "sending", "accepted", "delivered", "bounced", "dropped", "failed", "uncertain", "superseded", "discarded",
)  # fmt: skip


def who(
    context: typer.Context,
    supplier: Annotated[str | None, typer.Option(help="Only lines that this supplier's goods serve or have moved.")] = None,
    po: Annotated[str | None, typer.Option(help="Only lines that this purchase order serves or has moved, or that wait for it.")] = None,
    sku: Annotated[str | None, typer.Option(help="Only lines of this item.")] = None,
    as_of: Annotated[str | None, typer.Option(help="As it stood at this instant.")] = None,
    as_json: AsJson = False,
) -> None:
    """Who should be informed, who has been, who could not be."""
    options: Context = context.obj
    instant = options.instant_or_day(as_of)
    with options.reading() as warehouse:
        rows = warehouse.rows("reading/who", supplier_id=supplier, po_number=po, sku=sku, as_of=naive_utc(instant) if instant else None)
    rows = [{**row, "notice_state": _seen_state(options, row["notice_state"])} for row in rows]
    columns = [
        "answer",
        "customer_id",
        "name",
        "order_id",
        "line_no",
        "sku",
        "quantity_open",
        "told_on",
        "expected_on",
        "decision",
        "notice_state",
    ]
    shown = rows if as_json else [in_days(row) for row in rows]
    show(shown, as_json=as_json, columns=columns, empty="no open order line is concerned")
    if not as_json and rows:
        counts = {answer: sum(row["answer"] == answer for row in rows) for answer in dict.fromkeys(row["answer"] for row in rows)}
        print("; ".join(f"{answer.replace('_', ' ')}: {count}" for answer, count in counts.items()))
        if held := sum(row["notice_state"] == "held" for row in rows):
            print(f"held by a guard: {held}; `tellwhen notices --state held` says why and who decides")


def explain(context: typer.Context, order_id: OrderId, line_no: LineNo, as_json: AsJson = False) -> None:
    """Why this date: the slices of a line's promise, down to the supplier's row."""
    options: Context = context.obj
    with options.reading() as warehouse:
        rows = warehouse.rows("reading/explain", order_id=order_id, line_no=line_no)
        if not rows:
            _require_line(warehouse, order_id, line_no)
            raise UsageError(f"order {order_id}, line {line_no} is not open, so nothing is promised; `tellwhen timeline` shows what was")
        unused = warehouse.rows("reading/explain_unused", order_id=order_id, line_no=line_no)
        held = warehouse.rows("reading/held_of_line", order_id=order_id, line_no=line_no)
    if as_json:
        show(rows, as_json=True)
        return
    first = rows[0]
    print(f"Order {order_id}, line {line_no}: expected {_day(first['line_expected_on'])}; told {_told(first)}; cause {first['cause']}.")
    for row in rows:
        print(f"  {text_of(row['quantity'])}: {_slice(row)}")
    for row in unused:
        supply = f"{row['supplier_id']} {row['po_number']}/{row['po_line']}/{row['slice_no']}"
        print(f"  not counted on: {supply}, {text_of(row['quantity'])}: {row['why']}")
    _show_held(held)


def timeline(context: typer.Context, order_id: OrderId, line_no: LineNo, as_json: AsJson = False) -> None:
    """Every date ever believed and told of a line."""
    options: Context = context.obj
    with options.reading() as warehouse:
        rows = warehouse.rows("reading/timeline", order_id=order_id, line_no=line_no)
        if not rows:
            _require_line(warehouse, order_id, line_no)
        held = warehouse.rows("reading/held_of_line", order_id=order_id, line_no=line_no)
    seen = f"({_seen_state(options, 'sending')})"
    rows = [{**row, "detail": row["detail"].replace("(sending)", seen)} if row["event"] == "told" else row for row in rows]
    show([{**row, "day": row["day"] if as_json else _day(row["day"])} for row in rows], as_json=as_json)
    if not as_json:
        _show_held(held)


def notices(
    context: typer.Context,
    state: Annotated[str | None, typer.Option(help="Only notices in this state.")] = None,
    as_json: AsJson = False,
) -> None:
    """List notices, newest first."""
    if context.invoked_subcommand:
        return
    if state is not None and state not in NOTICE_STATES:
        raise UsageError(f"--state {state!r} is no state of a notice; expected one of {', '.join(NOTICE_STATES)}")
    options: Context = context.obj
    with options.reading() as warehouse:
        rows = [_as_seen(options, row) for row in warehouse.rows("reading/notices", notice_id=None)]
        held = warehouse.rows("reading/held", run_id=None)
    rows = [row for row in rows if state is None or row["state"] == state]
    columns = ["notice_id", "state", "customer_id", "to_address", "subject", "created_at", "reason"]
    show(rows, as_json=as_json, columns=columns, empty="no notices")
    if not as_json and state in (None, "held"):
        for group in held:
            print(f"{group['notices']} held of run {group['run_id']}: {text_of(group['reason'])}")
            print(f"  {to_decide(group['run_id'])}")


def show_notice(context: typer.Context, notice_id: Annotated[str, typer.Argument(metavar="ID")], as_json: AsJson = False) -> None:
    """One notice, word for word, with its lines and requests."""
    options: Context = context.obj
    with options.reading() as warehouse:
        notice_id, _ = find_notice(warehouse, notice_id)
        notice = _as_seen(options, warehouse.rows("reading/notices", notice_id=notice_id)[0])
        lines = warehouse.rows("reading/notice_lines", notice_id=notice_id)
        attempts = warehouse.rows("reading/notice_attempts", notice_id=notice_id)
        decisions = warehouse.rows("reading/notice_decisions", notice_id=notice_id)
    if as_json:
        show([{**notice, "lines": lines, "attempts": attempts, "decisions": decisions}], as_json=True)
        return
    for key in (
        "notice_id",
        "state",
        "reason",
        "customer_id",
        "to_address",
        "run_id",
        "created_at",
        "updated_at",
        "body_sha256",
        "subject",
    ):
        if notice[key] is not None:
            print(f"{key.replace('_', ' ')}: {text_of(notice[key])}")
    if notice["state"] == "held":
        print(f"next: {to_decide(notice['run_id'])}")
    print(f"\n{notice['body_text']}")
    show(lines, as_json=False, columns=["order_id", "line_no", "kind", "told_on", "expected_on"])
    show(attempts, as_json=False, empty="no request was made yet")
    if decisions:
        show(decisions, as_json=False)


def runs(context: typer.Context, as_json: AsJson = False) -> None:
    """What happened: the runs, newest first."""
    options: Context = context.obj
    with options.reading() as warehouse:
        rows = warehouse.rows("reading/runs")
    show(rows, as_json=as_json, columns=["run_id", "as_of", "status", "open_lines", "started_at", "finished_at", "reason"], empty="no runs")


def quarantine(
    context: typer.Context,
    source: Annotated[str | None, typer.Option(help="Only rows of this source.")] = None,
    as_json: AsJson = False,
) -> None:
    """What was refused and why, newest first."""
    options: Context = context.obj
    with options.reading() as warehouse:
        rows = warehouse.rows("reading/quarantine", source=source)
    show(rows, as_json=as_json, columns=["source", "path", "row_number", "rule", "message", "raw"], empty="no row was refused")


def _show_held(held: list[dict[str, Any]]) -> None:
    """That a line's customer is not told yet, and why."""
    for notice in held:
        print(f"not told yet: {_day(notice['expected_on'])}; notice {notice['notice_id']} is held: {text_of(notice['reason'])}")
        print(f"  {to_decide(notice['run_id'])}")


def _as_seen(options: Context, notice: dict[str, Any]) -> dict[str, Any]:
    return {**notice, "state": _seen_state(options, notice["state"])}


def _seen_state(options: Context, state: str | None) -> str | None:
    """`sending` without a living writer is `uncertain`: nobody is there who could still learn the outcome (spec 8)."""
    if state == "sending" and not writer_is_alive(options.settings.warehouse):
        return "uncertain"
    return state


def _require_line(warehouse: Any, order_id: str, line_no: int) -> None:
    if not warehouse.value("reading/line_exists", order_id=order_id, line_no=line_no):
        raise UsageError(f"there is no line {line_no} of order {order_id!r}; expected an order line that some file gave")


def _day(value: Any) -> str:
    return text_of(value) or "unknown"


def _told(row: dict[str, Any]) -> str:
    if not row["is_told"]:
        return "nothing yet"
    by = {"notice": "by a message", "person": "by a person", "promise": "with the order"}[row["told_by"]]
    return f"{_day(row['told_on'])} {by}"


def _slice(row: dict[str, Any]) -> str:
    """One slice in words."""
    days = f"here {text_of(row['available_on'])}, ships {text_of(row['ship_on'])}, with the customer {text_of(row['expected_on'])}"
    if row["supply_kind"] == "none":
        return "nothing covers it, so its date is unknown"
    if row["supply_kind"] == "stock":
        return f"from stock: {days}"
    supply = f"{row['supplier_id']} {row['po_number']}/{row['po_line']}/{row['supply_slice_no']}"
    stated = f"{row['supply_status']}, ETA {_day(row['eta_latest_on'])} ({row['eta_precision']})"
    reason = f", reason: {row['reason']}" if row["reason"] else ""
    place = f" [{row['path']}, row {row['row_number']}]" if row["path"] else ""
    kind = "arrived goods of" if row["supply_kind"] == "arrived" else "supply"
    return f"{kind} {supply} ({stated}{reason}){place}: {days}"
