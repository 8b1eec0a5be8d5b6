"""The golden messages: every case of the rehearsal in the languages we bring, as text, to be read by people.

    .venv/bin/python -m tests.golden.messages_written

writes tests/golden/messages/*.txt anew; read what changed before you commit it. The HTML part says the same (tests/unit).
"""

from __future__ import annotations

from pathlib import Path

from tasks.messages.composing import Composer, Shop
from tasks.messages.rehearsal import rehearse

FOLDER = Path(__file__).parent / "messages"
LOCALES = ("en", "de", "fr")
SHOP = Shop("Northgate Parts", "help@northgate.example.com", "+1 312 555 0142", "https://northgate.example.com")


def written(locale: str) -> str:
    """Every case with its subject and its text part."""
    messages = rehearse(Composer(SHOP, None, "en"), locale)
    return "\n".join(f"======== {case}\nSubject: {message.subject}\n\n{message.text}" for case, message in messages.items())


if __name__ == "__main__":
    for locale in LOCALES:
        (FOLDER / f"{locale}.txt").write_text(written(locale), encoding="utf-8")
