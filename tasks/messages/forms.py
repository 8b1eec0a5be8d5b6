"""Forms: messages of one shape are rendered once, with blanks; all others of that shape are filled in (spec 6).

In: an edition and tidy news. Out: the very message that rendering gives, in a fraction of the time; None where only rendering will do.
A form is used only if its templates never looked at a value (tasks.messages.blanks), if a trial message filled in is the one rendered,
and if the offer to cancel is shown whatever the values are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tasks.messages.blanks import Blank, BlankEdition, Slot, ValueSeen, pieces_of, words_for
from tasks.messages.cancelling import bodies_without, values_can_hide
from tasks.messages.news import LineNews, Message, Recipient, Shop
from tasks.messages.rendering import HTML, SUBJECT, TEXT, Edition
from tasks.messages.shapes import shape_and_values, with_values
from tasks.messages.writing import given_to_templates, subject_line, write

# A form costs as much as four messages, the templates with blanks as much as a hundred: few messages are best rendered.
PATIENCE = 100
# Of the shapes that there are, few are common.
_MOST_FORMS = 2000
_MOST_SEEN_ONCE = 100_000
# Stands for a value where a form is looked at; no text for people has it.
_MARK = "\ue000"
_TRIAL_DAY = date(2027, 9, 1)
# Characters that are escaped, that sentences and templates are made of, that are not ASCII; longer than what is shortened.
_TRIAL_WORDS = "{} Ölfilter <b>&amp;\"'</b> %(item)s % {{{{ x }}}} 5\u00a0% — and longer than a subject has room for, word after word"


class Form:
    """The message of one shape, with slots for its values."""

    def __init__(self, subject: _Filling, text: _Filling, html: _Filling) -> None:
        self._subject, self._text, self._html = subject, text, html

    def fill(self, values: list[Any]) -> Message:
        """Write the message with these values; they are given the subject as their last."""
        subject = subject_line(self._subject(values))
        values.append(subject)
        return Message(subject, self._text(values), self._html(values))


class _Filling:
    """Pieces of text, with what writes the values between them."""

    def __init__(self, pieces: Sequence[str | Slot]) -> None:
        self._pieces = [piece if isinstance(piece, str) else "" for piece in pieces]
        slots = [(place, piece) for place, piece in enumerate(pieces) if isinstance(piece, Slot)]
        self._slots = [(place, slot.index, words_for(slot.steps, slot.is_escaped)) for place, slot in slots]

    def __call__(self, values: Sequence[Any]) -> str:
        pieces = self._pieces.copy()
        for place, index, words in self._slots:
            pieces[place] = words(values[index])
        return "".join(pieces)


class Forms:
    """The forms of one edition; `make_edition` makes the same edition with blanks. Begins to make forms after `patience` messages."""

    def __init__(self, edition: Edition, make_edition: Callable[[], BlankEdition], shop: Shop, patience: int = PATIENCE) -> None:
        self._edition, self._make_edition, self._shop = edition, make_edition, shop
        self._patience = patience
        self._with_blanks: BlankEdition | None = None
        self._forms: dict[tuple[Any, ...], Form | None] = {}
        self._seen_once: set[int] = set()

    def message(self, customer: Recipient, lines: Sequence[LineNews]) -> Message | None:
        """The message, if there is a form for it."""
        if self._patience > 0:
            self._patience -= 1
            return None
        shape, values = shape_and_values(customer, lines)
        try:
            form = self._forms[shape]
        except KeyError:
            form = self._new_form(shape, customer, lines)
        return form.fill(values) if form else None

    def _new_form(self, shape: tuple[Any, ...], customer: Recipient, lines: Sequence[LineNews]) -> Form | None:
        """The form for a shape that is seen again, if one can be made."""
        if hash(shape) not in self._seen_once:
            if len(self._seen_once) == _MOST_SEEN_ONCE:
                self._seen_once.clear()
            self._seen_once.add(hash(shape))
            return None
        if len(self._forms) == _MOST_FORMS:
            return None
        self._forms[shape] = form = self._made(customer, lines)
        return form

    def _made(self, customer: Recipient, lines: Sequence[LineNews]) -> Form | None:
        try:
            form = self._rendered(customer, lines)
            trial = with_values(customer, lines, _trial_value)
            is_same = form.fill(shape_and_values(*trial)[1]) == write(self._edition, self._shop, *trial)
        # A template is somebody's code, and may do to a blank what it likes; rendering says what is wrong, and where, if anything is.
        except Exception:
            return None
        return form if is_same else None

    def _rendered(self, customer: Recipient, lines: Sequence[LineNews]) -> Form:
        """Render with blanks. Raises ValueSeen where another message of the shape may be another one, and what a template raises."""
        if self._with_blanks is None:
            self._with_blanks = self._make_edition()
        edition = self._with_blanks
        values = given_to_templates(edition, self._shop, *with_values(customer, lines, _blank))
        subject = pieces_of(edition.render(SUBJECT, values))
        values["subject"] = Blank(len(shape_and_values(customer, lines)[1]), None)
        text, html = pieces_of(edition.render(TEXT, values)), pieces_of(edition.render(HTML, values))
        if values["is_unwelcome"] and not _always_offers(edition.say("cancel_offer", values["lines"]), text, html):
            raise ValueSeen
        return Form(_Filling(subject), _Filling(text), _Filling(html))


def _always_offers(offer: Any, text: Sequence[str | Slot], html: Sequence[str | Slot]) -> bool:
    """Whether both bodies show the offer to cancel, whatever is filled in. `none` brings the check to look for what is hidden."""
    if not isinstance(offer, str) or values_can_hide(_marked(html, _MARK), _MARK):
        return False
    return not any(bodies_without(offer, _marked(text, mark), _marked(html, mark)) for mark in (_MARK, f"{_MARK} none"))


def _marked(pieces: Sequence[str | Slot], mark: str) -> str:
    return "".join(piece if isinstance(piece, str) else mark for piece in pieces)


def _blank(index: int, name: str, value: Any) -> Blank:
    return Blank(index, bool(value), is_told_apart=name == "order_id")


def _trial_value(index: int, name: str, value: Any) -> Any:
    """Another value of the same kind, and no other like it."""
    if not value:
        return value
    if isinstance(value, str):
        return _TRIAL_WORDS.format(index)
    if isinstance(value, date):
        return _TRIAL_DAY + timedelta(index)
    return 1000 + index if isinstance(value, int) else Decimal("1000.5") + index
