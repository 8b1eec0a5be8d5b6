"""Commands about what became of notices after a provider took them: events, serve, settle.

In: files of a provider's events. Out: notices and suppressions brought up to date, counts on stdout, and a fresh published copy.
"""

from __future__ import annotations

import gzip
import sys
import zlib
from pathlib import Path
from typing import Annotated, Any

import typer

from flows.commands.context import Context, say
from flows.commands.running import provide_secrets_for
from tasks import publishing
from tasks.errors import TellwhenError, UsageError
from tasks.migrating import migrate
from tasks.settling import spool
from tasks.settling.payloads import NotJson, cut
from tasks.settling.taking import Taken, take
from tasks.warehouse import open_for_writing, writer_lock


def events(
    context: typer.Context,
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="JSON of SendGrid's Event Webhook, also as JSON lines or .gz; - for stdin.")
    ],
) -> None:
    """Take provider events (SendGrid event webhook JSON): which notices arrived, bounced or were dropped."""
    options: Context = context.obj
    settings = options.settings.warehouse
    taken, problems = Taken(), []
    with writer_lock(settings):
        with open_for_writing(settings) as warehouse:
            migrate(warehouse)
            for name in files:
                try:
                    taken += take(warehouse, _payload(name), options.now())
                except UsageError as error:
                    problems.append(str(error))
        publishing.publish(settings)
    print(f"events: {taken}")
    if problems:
        raise UsageError("\n".join(problems) + "\nThe events of the other files were taken." * (len(problems) < len(files)))


def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="The address to listen on; leave it, and let a reverse proxy bring TLS.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on; 0 = any free one.")] = 8025,
) -> None:
    """Take SendGrid's event webhook: POST /webhooks/sendgrid. Events wait on disk for `settle`."""
    from flows import serving

    options: Context = context.obj
    webhook = serving.webhook_of(options.settings, options.now)
    with serving.listen(host, port) as listening:
        spool.sweep(options.settings.warehouse.spool_path)
        say(f"listening on http://{host}:{listening.getsockname()[1]}{serving.PATH}")
        serving.serve(webhook, listening)


def settle(context: typer.Context) -> None:
    """Take in what the webhook has brought, and ask the provider for its suppressions and for what is uncertain."""
    from flows import deliveries

    options: Context = context.obj
    provide_secrets_for(options)
    settlement = deliveries.settle(options.settings, options.now)
    print(settlement)
    if settlement.problems:
        raise TellwhenError("\n".join(settlement.problems))


def _payload(name: str) -> list[tuple[str, Any]]:
    """The events of a file. Raises UsageError for one that cannot be read, or that is no JSON."""
    try:
        content = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        if name.endswith(".gz"):
            content = gzip.decompress(content)
        return cut(content)
    except NotJson as error:
        raise UsageError(f"{name}: is no JSON ({error}); expected an array of events, or lines of them; nothing of it was taken") from None
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"{name}: cannot be read ({reason}); nothing of it was taken") from None
