"""Writing: one message, as its templates have it, and the proof that it offers to cancel where it must.

In: an edition and news that is tidy. Out: subject, text and HTML.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from tasks.errors import ConfigurationError
from tasks.messages.cancelling import bodies_without
from tasks.messages.news import UNWELCOME, LineNews, Message, Recipient, Shop
from tasks.messages.rendering import HTML, OUR_TEMPLATES, SENTENCES, SUBJECT, TEXT, Edition
from tasks.messages.tidying import one_line, shortened

SUBJECT_LENGTH = 150


def write(edition: Edition, shop: Shop, customer: Recipient, lines: Sequence[LineNews]) -> Message:
    """Write the message about `lines`, tidy and in order.

    Raises ConfigurationError if a template cannot be rendered, or if the message tells of a delay or an unknown date
    and either body does not show the offer to cancel.
    """
    values = given_to_templates(edition, shop, customer, lines)
    subject = subject_line(edition.render(SUBJECT, values))
    values["subject"] = subject
    message = Message(subject, edition.render(TEXT, values), edition.render(HTML, values))
    if values["is_unwelcome"]:
        _require_offer_to_cancel(edition, message, lines)
    return message


def given_to_templates(edition: Edition, shop: Shop, customer: Recipient, lines: Sequence[LineNews]) -> dict[str, Any]:
    """What a template may use; the bodies are given the `subject` too."""
    return {
        "shop": shop,
        "customer": customer,
        "lines": lines,
        "groups": [(kind, list(group)) for kind, group in groupby(lines, key=lambda line: line.kind)],
        "is_unwelcome": any(line.kind in UNWELCOME for line in lines),
        "language": str(edition.locale).replace("_", "-"),
        "direction": edition.locale.text_direction,
    }


def subject_line(rendered: str) -> str:
    """One line, not too long."""
    return shortened(one_line(rendered), SUBJECT_LENGTH)


def _require_offer_to_cancel(edition: Edition, message: Message, lines: Sequence[LineNews]) -> None:
    """Raise ConfigurationError that names each template whose rendered body lost the offer."""
    offer = edition.say("cancel_offer", lines)
    problems = []
    for body in bodies_without(offer, message.text, message.html):
        name = {"text": TEXT, "html": HTML}[body]
        replaced = [path for path in (edition.path_of(name), edition.path_of(SENTENCES)) if path.parent != OUR_TEMPLATES]
        files = " or ".join(map(str, replaced or [edition.path_of(name)]))
        problems.append(
            f"{files}: a message about a delay or an unknown date must offer to cancel, and the {body} part does not show it; "
            f"expected {{{{ say.cancel_offer(lines) }}}} in {name}, as in {OUR_TEMPLATES / name}"
        )
    if problems:
        raise ConfigurationError(problems)
