"""Blank edition: the templates of an edition, rendered with blanks.

In: the files of an edition. Out: a `Text` of pieces and slots where the edition has a string; or `ValueSeen`.
What a loop writes about a line stands between two edges, and what is read of lines elsewhere is noted: what depends on another line is
the message's and not the line's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from functools import wraps
from itertools import chain
from typing import Any, cast

from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.filters import FILTERS
from jinja2.runtime import markup_join, str_join
from jinja2.tests import TESTS
from markupsafe import Markup, escape

from tasks.messages.blanks import Blank, Edge, Reading, Slot, Text, ValueSeen, pieces_of, seen
from tasks.messages.rendering import SENTENCES, Edition
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
        return getattr(self._templates[SENTENCES].module, macro)(*arguments)

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
    visit_EvalContextModifier = visit_ScopedEvalContextModifier = seen  # noqa: N815


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
