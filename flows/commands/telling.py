"""`told`: a person told the customer what no message could.

In: a person's word. Out: a record that counts like a message, and a fresh published copy.
"""

from __future__ import annotations

from typing import Annotated

import typer

from flows.commands.context import Context, day_or_unknown, say
from flows.commands.reading import LineNo, OrderId
from tasks import high_water, publishing
from tasks.errors import UsageError
from tasks.migrating import migrate
from tasks.runs import naive_utc
from tasks.settings import current_user
from tasks.warehouse import open_for_writing, writer_lock


def told(
    context: typer.Context,
    order_id: OrderId,
    line_no: LineNo,
    on: Annotated[str, typer.Option(help="The day that the customer was told, or unknown.")],
    by: Annotated[str, typer.Option(help="Who told the customer; else $USER.")] = "",
) -> None:
    """Record that a person told the customer."""
    options: Context = context.obj
    told_on = day_or_unknown(on)
    person = by or current_user()
    if not person:
        raise UsageError("nobody is named as having told the customer; expected --by WHO")
    settings = options.settings
    with writer_lock(settings.warehouse):
        with open_for_writing(settings.warehouse) as warehouse:
            migrate(warehouse)
            if not warehouse.value("reading/line_exists", order_id=order_id, line_no=line_no):
                raise UsageError(f"there is no line {line_no} of order {order_id!r}; expected an order line that some file gave")
            warehouse.run(
                "outbox/told_by_person",
                order_id=order_id,
                line_no=line_no,
                told_on=told_on,
                told_by=person,
                now=naive_utc(options.now()),
            )
            high_water.raise_mark(settings.warehouse, warehouse, 1)
        publishing.publish(settings.warehouse)
    say(f"order {order_id}, line {line_no}: recorded that {person} told the customer {told_on or 'that the date is unknown'}")
