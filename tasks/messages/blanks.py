"""Blanks: templates rendered with blanks instead of values, so that what comes out can be filled in for any values.

In: the files of an edition. Out: pieces of text and the slots between them; or `ValueSeen`, where a template asks what stands in a blank.
A blank can be passed on, written out, and put through the filters that write days and numbers; whatever else is done to it raises. So
what is rendered to its end is the same for all values, and only they differ. What a loop writes about a line stands between two edges,
and what is read of lines elsewhere is noted: else it could be a line's, and not the message's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache, wraps
from itertools import chain
from typing import Any, NoReturn, cast

from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.filters import FILTERS
from jinja2.runtime import markup_join, str_join
from jinja2.tests import TESTS
from markupsafe import Markup, escape

from tasks.messages.news import LineNews
from tasks.messages.rendering import Edition
from tasks.messages.shapes import KNOWN_OF_ALL
from tasks.messages.tidying import shortened, web_address
from tasks.messages.wording import Sentences, number

_FILTERS = cast(dict[str, Callable[..., Any]], FILTERS)
_TESTS = cast(dict[str, Callable[..., Any]], TESTS)
_PLACE = re.compile(r"%(?:\((\w+)\)s|(%))|%")
# They tell a value from none at all, which a blank knows of itself.
_BLIND_TESTS = ("defined", "undefined", "none")

# With these, what is written about one line can depend on those before it.
_WITH_A_MEMORY = ("namespace", "cycler", "joiner")
_REMEMBERS = frozenset("add append changed clear extend insert pop popitem remove reverse setdefault sort update".split())


class ValueSeen(Exception):
    """A template looked at a value: what it makes of one says nothing about another."""


def _seen(*_: Any, **__: Any) -> NoReturn:
    raise ValueSeen


class Blank:
    """Stands for the value at a row and column, put through `steps`, each a function and what it is given beside the value.

    `truth`: whether the value counts as true, None where that is not known. `is_told_apart`: no other such blank holds the same value.
    """

    __slots__ = ("_is_told_apart", "_place", "_steps", "_truth")

    def __init__(self, place: tuple[int, int], truth: bool | None, steps: tuple[Step, ...] = (), *, is_told_apart: bool = False) -> None:
        self._place, self._truth, self._steps, self._is_told_apart = place, truth, steps, is_told_apart

    def __bool__(self) -> bool:
        return _seen() if self._truth is None else self._truth

    # Python looks these up on the class, and takes a default for some that are missing: all are named.
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __hash__ = _seen
    __str__ = __repr__ = __format__ = __len__ = __iter__ = __contains__ = __getitem__ = _seen


Step = tuple[Callable[..., Any], tuple[Any, ...]]


@dataclass(frozen=True)
class Slot:
    """A blank as it is written out: escaped in HTML."""

    place: tuple[int, int]
    steps: tuple[Step, ...]
    is_escaped: bool


@dataclass(frozen=True)
class Edge:
    """Where what a loop writes about the line of a row begins, or ends."""

    row: int
    is_begin: bool


Piece = str | Slot | Edge


@dataclass(frozen=True, eq=False, repr=False)
class Text:
    """What came out: pieces of text with slots between them."""

    pieces: tuple[Piece, ...]

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __hash__ = _seen
    __str__ = __repr__ = __format__ = __len__ = __iter__ = __contains__ = __getitem__ = _seen
    # A slot may be filled with nothing.
    __bool__ = _seen


def pieces_of(rendered: str | Text) -> tuple[Piece, ...]:
    """The pieces of what was rendered, with or without slots."""
    return rendered.pieces if isinstance(rendered, Text) else (str(rendered),)


@lru_cache(maxsize=256)
def words_for(steps: tuple[Step, ...], is_escaped: bool) -> Callable[[Any], str]:
    """The function that writes a value into a slot with these steps."""
    last: Callable[[Any], str] = escape if is_escaped else str
    if not steps:
        return last

    # Days and quantities repeat.
    @lru_cache(maxsize=16384)
    def words(value: Any) -> str:
        for function, arguments in steps:
            value = function(value, *arguments)
        return str(last(value))

    return words


class Reading:
    """Which line a loop is telling of, and whether all that was read of lines may be: anything of that line, and what is known of all."""

    def __init__(self) -> None:
        self.is_of_lines = True
        self._rows: dict[int, int] = {}
        self._told: list[int | None] = []

    def begin(self, lines: Sequence[LineNews]) -> None:
        """Begin with another message."""
        self.is_of_lines, self._told = True, []
        self._rows = {id(line): row for row, line in enumerate(lines, 1)}

    def enter(self, thing: Any) -> str | Text:
        """A loop goes on to `thing`."""
        row = self._rows.get(id(thing)) if not any(self._told) else None
        self._told.append(row)
        return Text((Edge(row, True),)) if row else ""

    def leave(self) -> str | Text:
        """A loop is done with its thing."""
        row = self._told.pop()
        return Text((Edge(row, False),)) if row else ""

    def note(self, thing: Any, attribute: Any) -> None:
        """Something of `thing` is read."""
        row = self._rows.get(id(thing))
        # Of the first line all is known.
        if row and row > 1 and row not in self._told and attribute not in KNOWN_OF_ALL:
            self.is_of_lines = False


class BlankEdition(Edition):
    """An edition whose templates are given blanks. Raises ValueSeen, or what else a template raises, without a word about where."""

    def __init__(self, *files: Any) -> None:
        self.reading = Reading()
        super().__init__(*files)

    def render(self, name: str, values: dict[str, Any]) -> Any:
        """Render one of subject, text and HTML: a text without slots is a `str`, one with slots a `Text`."""
        return self._templates[name].render(values)

    def say(self, macro: str, *arguments: Any) -> Any:
        """Render one macro of the sentences as plain text."""
        return getattr(self._templates["sentences.txt"].module, macro)(*arguments)

    def _environment(self, *, escape: bool) -> Environment:
        plain = super()._environment(escape=escape)
        environment = _BlankEnvironment(
            reading=self.reading,
            is_escaping=escape,
            loader=plain.loader,
            undefined=plain.undefined,
            trim_blocks=plain.trim_blocks,
            lstrip_blocks=plain.lstrip_blocks,
            keep_trailing_newline=plain.keep_trailing_newline,
            auto_reload=plain.auto_reload,
        )
        sentences = _BlankSentences(self._translations, str(self.locale), environment)
        for name in _WITH_A_MEMORY:
            del environment.globals[name]
        environment.globals.update(_=sentences.gettext, gettext=sentences.gettext, ngettext=sentences.ngettext)
        environment.filters = {name: _blind(function) for name, function in _FILTERS.items()}
        environment.tests = {name: function if name in _BLIND_TESTS else _blind(function) for name, function in _TESTS.items()}
        environment.filters["unique"] = _unique
        # Reads what it likes without a word.
        del environment.filters["attr"]
        for name in ("weekday_and_day", "day", "number"):
            environment.filters[name] = _passing_on(plain.filters[name])
        environment.filters.update(shortened=_passing_on(shortened), web_address=_passing_on(web_address))
        return environment


class _BlankCode(CodeGenerator):
    """Hands over what is written out as it is, instead of as a string."""

    def _output_child_to_const(self, node: nodes.Expr, frame: Frame, finalize: Any) -> str:
        if isinstance(node, nodes.TemplateData):
            return node.data
        raise nodes.Impossible

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        self.write("environment.written(")

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        self.write(")")

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802
        self.write("environment.joined((")
        for child in node.nodes:
            self.visit(child, frame)
            self.write(", ")
        self.write("))")

    # Where escaping is switched on and off by the template, only Jinja knows what is escaped.
    visit_EvalContextModifier = visit_ScopedEvalContextModifier = _seen  # noqa: N815


class _BlankEnvironment(Environment):
    """Jinja without its escaping: what is escaped is known here, piece by piece."""

    code_generator_class = _BlankCode

    def __init__(self, *, reading: Reading, is_escaping: bool, **options: Any) -> None:
        super().__init__(autoescape=False, **options)
        self.reading = reading
        self._is_escaping = is_escaping

    def getattr(self, obj: Any, attribute: str) -> Any:
        """What `thing.attribute` is."""
        return self._read(obj, attribute, super().getattr(obj, attribute))

    def getitem(self, obj: Any, argument: Any) -> Any:
        """What `thing[argument]` is."""
        return self._read(obj, argument, super().getitem(obj, argument))

    def _read(self, thing: Any, attribute: Any, found: Any) -> Any:
        self.reading.note(thing, attribute)
        if attribute in _REMEMBERS:
            raise ValueSeen
        return found

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for loop in tree.find_all(nodes.For):
            if isinstance(loop.target, nodes.Name):
                begin, end = nodes.EnvironmentAttribute("reading.enter"), nodes.EnvironmentAttribute("reading.leave")
                thing = nodes.Name(loop.target.name, "load")
                calls = nodes.Call(begin, [thing], [], None, None), nodes.Call(end, [], [], None, None)
                first, last = (nodes.Output([call]).set_lineno(loop.lineno) for call in calls)
                loop.body = [first, *loop.body, last]
        return tree

    def written(self, value: Any) -> str | Text:
        """What `{{ value }}` writes."""
        if isinstance(value, Text):
            return value
        if isinstance(value, Blank):
            return Text((Slot(value._place, value._steps, self._is_escaping),))
        return escape(value) if self._is_escaping else str(value)

    def joined(self, values: Sequence[Any]) -> Any:
        """What `one ~ other` is."""
        if not _any_blank(values):
            return (markup_join if self._is_escaping else str_join)(values)
        # In HTML, what is joined is escaped only beside something that is.
        if self._is_escaping and not any(isinstance(value, Text | Markup) for value in values):
            raise ValueSeen
        return self.concat(map(self.written, values))

    def concat(self, written: Iterable[str | Text]) -> Any:
        """Put together what a template or a macro wrote."""
        pieces = tuple(chain.from_iterable(map(pieces_of, written)))
        if any(isinstance(piece, Slot | Edge) for piece in pieces):
            return Text(pieces)
        whole = "".join(map(str, pieces))
        return Markup(whole) if self._is_escaping else whole


class _BlankSentences(Sentences):
    """Sentences with slots where they are given blanks."""

    def __init__(self, translations: Any, locale: str, environment: _BlankEnvironment) -> None:
        super().__init__(translations, Markup if environment._is_escaping else str, locale)
        self._environment = environment

    def gettext(self, sentence: str, /, **values: object) -> Any:
        """Translate a sentence."""
        if isinstance(sentence, Blank | Text):
            raise ValueSeen
        if not _any_blank(values.values()):
            return super().gettext(sentence, **values)
        return self._filled(self._translations.gettext(sentence), values)

    def ngettext(self, singular: str, plural: str, count: int, /, **values: object) -> Any:
        """Translate a sentence in the form that its language has for `count`."""
        if _any_blank([singular, plural, count]):
            raise ValueSeen
        if not _any_blank(values.values()):
            return super().ngettext(singular, plural, count, **values)
        sentence = self._translations.ngettext(singular, plural, count)
        return self._filled(sentence, {"num": number(Decimal(count), self._locale), **values})

    def _filled(self, sentence: str, values: dict[str, object]) -> Any:
        written: list[str | Text] = []
        end = 0
        for match in _PLACE.finditer(sentence):
            if not match[1] and not match[2]:
                raise ValueSeen
            written += [sentence[end : match.start()], "%" if match[2] else self._environment.written(values[match[1]])]
            end = match.end()
        return self._environment.concat([*written, sentence[end:]])


def _any_blank(values: Iterable[Any]) -> bool:
    return any(isinstance(value, Blank | Text) for value in values)


def _blind(function: Callable[..., Any]) -> Callable[..., Any]:
    """The filter or test, for anything but blanks."""

    @wraps(function)
    def guarded(*arguments: Any, **named: Any) -> Any:
        if _any_blank(arguments) or _any_blank(named.values()):
            raise ValueSeen
        return function(*arguments, **named)

    return guarded


def _passing_on(function: Callable[..., Any]) -> Callable[..., Any]:
    """The filter, to be applied to a blank's value when there is one."""

    def passed_on(value: Any, *arguments: Any) -> Any:
        if isinstance(value, Blank) and not _any_blank(arguments):
            return Blank(value._place, None, (*value._steps, (function, arguments)))
        return _blind(function)(value, *arguments)

    return passed_on


_do_unique = _FILTERS["unique"]


@wraps(_do_unique)
def _unique(environment: Environment, values: Any, case_sensitive: bool = False, attribute: Any = None) -> Any:
    """Each value once; which blanks are the same is known of those that are told apart."""
    found = list(values)
    if case_sensitive and attribute is None and all(isinstance(value, Blank) and value._is_told_apart for value in found):
        return list({id(value): value for value in found}.values())
    return _do_unique(environment, found, case_sensitive, attribute)
