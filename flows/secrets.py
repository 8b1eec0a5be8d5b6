"""Secrets: those that the environment lacks, from Prefect's Secret blocks (spec 9).

In: the dispatch settings. Out: the secrets that their transport needs, handed to `tasks.settings` for this process only.
`python -m flows.secrets SENDGRID_API_KEY` asks for one, or takes it from stdin, and keeps it in its block.
"""

from __future__ import annotations

import getpass
import sys

from tasks.settings import DispatchSettings, provide_secrets, secret

KEPT = ("SENDGRID_API_KEY", "SMTP_PASSWORD")


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


def keep_in_block(variable: str, value: str) -> None:
    """Put a secret into its block, in place of the one before."""
    from prefect.blocks.system import Secret
    from pydantic import SecretStr

    Secret(value=SecretStr(value)).save(block_name(variable), overwrite=True)


def main() -> None:
    """Ask for the value, so that no shell keeps it."""
    if len(sys.argv) != 2 or sys.argv[1] not in KEPT:
        sys.exit(f"usage: python -m flows.secrets {'|'.join(KEPT)}")
    variable = sys.argv[1]
    value = (getpass.getpass(f"{variable}: ") if sys.stdin.isatty() else sys.stdin.readline()).strip()
    if not value:
        sys.exit(f"{variable}: nothing was given, and nothing was changed")
    keep_in_block(variable, value)
    print(f"{variable} is in the Secret block {block_name(variable)}")


if __name__ == "__main__":
    main()
