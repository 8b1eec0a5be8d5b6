"""Secrets: those that the environment lacks, from Prefect's Secret blocks (spec 9).

In: the dispatch settings. Out: the secrets that their transport needs, handed to `tasks.settings` for this process only.
"""

from __future__ import annotations

from tasks.settings import DispatchSettings, provide_secrets, secret


def missing_secrets(settings: DispatchSettings) -> list[str]:
    """The variables of the secrets that the transport needs and nobody has given yet."""
    needed = {"sendgrid": ["SENDGRID_API_KEY"], "smtp": ["SMTP_PASSWORD"] if settings.smtp.username else []}
    return [name for name in needed.get(settings.transport, []) if not secret(name)]


def block_name(variable: str) -> str:
    """`SENDGRID_API_KEY` is kept in the block `sendgrid-api-key`: Prefect's names have no capitals and no underscores."""
    return variable.lower().replace("_", "-")


def provide_from_blocks(settings: DispatchSettings) -> None:
    """Take what the environment lacks from Prefect. A block that is not there is no error here: the transport says what it misses."""
    missing = missing_secrets(settings)
    if not missing:
        return
    from prefect.blocks.system import Secret

    found = {}
    for variable in missing:
        try:
            found[variable] = str(Secret.load(block_name(variable)).get())  # type: ignore[union-attr]
        except ValueError:  # there is no such block
            continue
    provide_secrets(found)
