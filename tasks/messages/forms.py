"""Forms: messages of one shape are rendered once, with blanks; all others of that shape are filled in (spec 6).

In: an edition and tidy news. Out: the very message that rendering gives, in a fraction of the time; None where only rendering will do.
A form is used only if its templates never looked at a value (tasks.messages.blanks), if a trial message filled in is the one rendered,
and if the offer to cancel is shown whatever the values are. Messages of several lines have endless shapes, their lines few: a form is
of an outline, and what is said about a line is kept for each shape that a line has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain, groupby
from typing import Any, cast

from tasks.messages.blank_edition import BlankEdition
from tasks.messages.blanks import Blank, Edge, Piece, Slot, ValueSeen, pieces_of, words_for
from tasks.messages.cancelling import bodies_without, values_can_hide
from tasks.messages.news import LineNews, Message, Recipient, Shop
from tasks.messages.rendering import HTML, SUBJECT, TEXT, Edition
from tasks.messages.shapes import Row, Shape, outline, rows_of, shapes_of, whole_shape, with_values
from tasks.messages.writing import given_to_templates, subject_line, write

# A form costs as much as four messages, the templates with blanks as much as a hundred: few messages are best rendered.
PATIENCE = 100
# Of those that there are, few are common. A form of known pieces takes less time than a message.
_MOST_OUTLINES, _MOST_FORMS = 2000, 5000
_MOST_SEEN_ONCE = 100_000
# Stands for a value where a form is looked at; no text for people has it.
_MARK = "\ue000"
_TRIAL_DAY = date(2027, 9, 1)
# Characters that are escaped, that sentences and templates are made of, that are not ASCII; longer than what is shortened.
_TRIAL_WORDS = "{} Ölfilter <b>&amp;\"'</b> %(item)s % {{{{ x }}}} 5\u00a0% — and longer than a subject has room for, word after word"


@dataclass(frozen=True)
class Hole:
    """Where a body says something about the line of a row; holes are numbered through all bodies."""

    number: int
    row: int


class Form:
    """The messages of one shape: three bodies with slots for values."""

    def __init__(self, bodies: Sequence[Sequence[str | Slot]]) -> None:
        self._subject, self._text, self._html = map(_Body, bodies)

    def fill(self, rows: list[Row]) -> Message:
        """Write the message with these values; they are given the subject as their last."""
        subject = subject_line(self._subject.fill(rows))
        rows.append((subject,))
        return Message(subject, self._text.fill(rows), self._html.fill(rows))


class _Body:
    """Pieces of text, with what writes the values between them."""

    def __init__(self, pieces: Sequence[str | Slot]) -> None:
        self._pieces: list[str] = []
        self._slots: list[tuple[int, int, int, Callable[[Any], str]]] = []
        for is_text, some in groupby(pieces, key=lambda piece: isinstance(piece, str)):
            if is_text:
                self._pieces.append("".join(cast(Iterable[str], some)))
                continue
            for slot in cast(Iterable[Slot], some):
                self._slots.append((len(self._pieces), *slot.place, words_for(slot.steps, slot.is_escaped)))
                self._pieces.append("")

    def fill(self, rows: Sequence[Row]) -> str:
        pieces = self._pieces.copy()
        for number, row, column, words in self._slots:
            pieces[number] = words(rows[row][column])
        return "".join(pieces)


class _Outline:
    """What messages of one outline have in common, with holes; and what goes into a hole for each shape that a line had there."""

    def __init__(self, bodies: Sequence[Sequence[Piece]], offer: str | None, shapes: Sequence[Shape]) -> None:
        self.offer = offer
        self.outside: list[list[str | Slot | Hole]] = []
        self.inside: dict[tuple[Hole, Shape], list[str | Slot]] = {}
        for body in bodies:
            here: list[Any] = []
            self.outside.append(here)
            for piece in body:
                if not isinstance(piece, Edge):
                    here.append(piece)
                elif piece.is_begin:
                    hole = Hole(len(self.inside), piece.row)
                    here.append(hole)
                    here = self.inside[hole, shapes[hole.row]] = []
                else:
                    here = self.outside[-1]
        self._holes = [hole for hole, _ in self.inside]

    def add(self, other: _Outline) -> None:
        """Take over what goes into the holes. Raises ValueSeen if all else is not the same."""
        if (self.outside, self.offer) != (other.outside, other.offer):
            raise ValueSeen
        self.inside.update(other.inside)

    def unknown(self, shapes: Sequence[Shape]) -> set[int]:
        """The rows of lines of which is not known what to say."""
        return {hole.row for hole in self._holes if (hole, shapes[hole.row]) not in self.inside}

    def form(self, shapes: Sequence[Shape]) -> Form:
        """Put the form for lines of these shapes together. Raises ValueSeen if a message may come to lack the offer to cancel."""
        bodies: list[list[str | Slot]] = []
        for body in self.outside:
            parts = (self.inside[piece, shapes[piece.row]] if isinstance(piece, Hole) else [piece] for piece in body)
            bodies.append(list(chain.from_iterable(parts)))
        _, text, html = map(_marked, bodies)
        if self.offer is not None and (values_can_hide(html, _MARK) or bodies_without(self.offer, text, html)):
            raise ValueSeen
        return Form(bodies)


class Forms:
    """The forms of one edition; `make_edition` makes the same edition with blanks. Begins to make forms after `patience` messages."""

    def __init__(self, edition: Edition, make_edition: Callable[[], BlankEdition], shop: Shop, patience: int = PATIENCE) -> None:
        self._edition, self._make_edition, self._shop = edition, make_edition, shop
        self._patience = patience
        self._with_blanks: BlankEdition | None = None
        self._forms: dict[Shape, Form | None] = {}
        self._outlines: dict[Shape, _Outline | None] = {}
        # Whether the templates, where they tell of a line, never look at another one.
        self._is_by_lines = True
        self._seen_once: set[int] = set()

    def message(self, customer: Recipient, lines: Sequence[LineNews]) -> Message | None:
        """The message, if there is a form for it."""
        if self._patience > 0:
            self._patience -= 1
            return None
        rows = rows_of(customer, lines)
        shapes = shapes_of(rows, lines)
        whole = whole_shape(shapes, rows)
        if whole not in self._forms:
            if len(self._forms) == _MOST_FORMS:
                self._forms.clear()
            name = outline(shapes, rows) if self._is_by_lines else whole
            if self._is_to_be_rendered(name, shapes):
                return None
            self._forms[whole] = self._form(name, shapes, customer, lines)
        form = self._forms[whole]
        return form.fill(rows) if form else None

    def _is_to_be_rendered(self, name: Shape, shapes: Sequence[Shape]) -> bool:
        """Whether a message has what was not seen before: only what comes again is worth a form."""
        known = self._outlines.get(name)
        if known is None:
            if name in self._outlines:
                return True
            new = {hash(name)}
        else:
            new = {hash((name, row, shapes[row])) for row in known.unknown(shapes)}
        if not new or new & self._seen_once:
            return known is None and len(self._outlines) == _MOST_OUTLINES
        if len(self._seen_once) > _MOST_SEEN_ONCE:
            self._seen_once.clear()
        self._seen_once |= new
        return True

    def _form(self, name: Shape, shapes: Sequence[Shape], customer: Recipient, lines: Sequence[LineNews]) -> Form | None:
        """The form, put together from what is known or rendered with blanks; None where there cannot be one."""
        try:
            known = self._outlines.get(name)
            if known and not known.unknown(shapes):
                return known.form(shapes)
            new = self._rendered(shapes, customer, lines)
            if not self._is_by_lines and name != whole_shape(shapes, rows_of(customer, lines)):
                return None
            if known:
                new.add(known)
            form = new.form(shapes)
            trial = with_values(customer, lines, _trial_value)
            if form.fill(rows_of(*trial)) != write(self._edition, self._shop, *trial):
                raise ValueSeen
            self._outlines[name] = new
        # A template is somebody's code, and may do to a blank what it likes; rendering says what is wrong, and where, if anything is.
        except Exception:
            self._outlines[name] = None
            return None
        return form

    def _rendered(self, shapes: Sequence[Shape], customer: Recipient, lines: Sequence[LineNews]) -> _Outline:
        """Render with blanks. Raises ValueSeen where another message of the shape may be another one, and what a template raises."""
        if self._with_blanks is None:
            self._with_blanks = self._make_edition()
        edition = self._with_blanks
        recipient, blanks = with_values(customer, lines, _blank)
        edition.reading.begin(blanks)
        values = given_to_templates(edition, self._shop, recipient, blanks)
        subject = edition.render(SUBJECT, values)
        values["subject"] = Blank((len(shapes), 0), None)
        bodies = [subject, edition.render(TEXT, values), edition.render(HTML, values)]
        offer = edition.say("cancel_offer", blanks) if values["is_unwelcome"] else None
        if not isinstance(offer, str | None):
            raise ValueSeen
        self._is_by_lines = self._is_by_lines and edition.reading.is_of_lines
        return _Outline(list(map(pieces_of, bodies)), offer, shapes)


def _marked(pieces: Sequence[str | Slot]) -> str:
    return "".join(piece if isinstance(piece, str) else _MARK for piece in pieces)


def _blank(row: int, column: int, name: str, value: Any) -> Blank:
    return Blank((row, column), bool(value), is_told_apart=name == "order_id")


def _trial_value(row: int, column: int, _: str, value: Any) -> Any:
    """Another value of the same kind, and no other like it."""
    number = 100 * row + column
    if not value:
        return value
    if isinstance(value, str):
        return _TRIAL_WORDS.format(number)
    if isinstance(value, date):
        return _TRIAL_DAY + timedelta(number)
    return 1000 + number if isinstance(value, int) else Decimal("1000.5") + number
