"""Rendering: the template files, the shop's before ours, compiled once for each locale.

In: folders of templates, a locale and its translations. Out: rendered subject, text and HTML.
A fault is a ConfigurationError with file and line.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from traceback import walk_tb
from typing import Any

from babel import Locale
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, TemplateSyntaxError
from markupsafe import Markup

from tasks.errors import ConfigurationError
from tasks.messages.tidying import shortened, web_address
from tasks.messages.wording import Sentences, day, number, weekday_and_day

OUR_TEMPLATES = Path(__file__).parent / "templates"
SENTENCES, SUBJECT, TEXT, HTML = "sentences.txt", "subject.txt", "message.txt", "message.html"
DIGEST_SENTENCES, DIGEST_SUBJECT, DIGEST_TEXT, DIGEST_HTML = "digest_sentences.txt", "digest_subject.txt", "digest.txt", "digest.html"
DIGEST_TEMPLATES = (DIGEST_SENTENCES, DIGEST_SUBJECT, DIGEST_TEXT, DIGEST_HTML)

# How Jinja says that an imported file lacks a macro.
_MISSING_MACRO = re.compile(r"TemplateModule object' has no attribute '(\w+)'")


def template_folders(shop_templates: Path | None) -> list[Path]:
    """Where templates are looked for, in this order."""
    return [folder for folder in (shop_templates, OUR_TEMPLATES) if folder is not None]


def path_of(name: str, folders: list[Path]) -> Path:
    """The file that is used under this name: the first that is there."""
    return next((folder / name for folder in folders if (folder / name).is_file()), OUR_TEMPLATES / name)


class Edition:
    """The templates in one locale. The same sentences stand in both bodies: as they are in the text, escaped in the HTML.

    Raises ConfigurationError if a template cannot be read or parsed.
    """

    def __init__(
        self,
        locale: Locale,
        translations: gettext.NullTranslations,
        shop_templates: Path | None,
        texts: Sequence[str] = (SENTENCES, SUBJECT, TEXT),
        html: str = HTML,
    ) -> None:
        self.locale = locale
        self._translations = translations
        self._folders = template_folders(shop_templates)
        plain, escaped = self._environment(escape=False), self._environment(escape=True)
        self._templates = {name: self._compile(plain, name) for name in texts}
        self._templates[html] = self._compile(escaped, html)
        self._compile(escaped, SENTENCES)

    def render(self, name: str, values: dict[str, Any]) -> str:
        """Render one of the templates. Raises ConfigurationError that names file, line and what is wrong."""
        try:
            return self._templates[name].render(values)
        # A template is somebody's code: whatever it raises is a fault in that file, and is reported there.
        except Exception as error:
            raise ConfigurationError([self._sentence(name, error)]) from error

    def say(self, macro: str, *arguments: Any) -> str:
        """Render one macro of the sentences as plain text. Raises ConfigurationError as `render` does."""
        try:
            return str(getattr(self._templates[SENTENCES].module, macro)(*arguments))
        except AttributeError:
            place = self.path_of(SENTENCES)
            raise ConfigurationError([f"{place}: has no macro {macro!r}; take it over from {OUR_TEMPLATES / SENTENCES}"]) from None
        except Exception as error:
            raise ConfigurationError([self._sentence(SENTENCES, error)]) from error

    def path_of(self, name: str) -> Path:
        """The file that is used under this name: the shop's if it has one."""
        return path_of(name, self._folders)

    def _environment(self, *, escape: bool) -> Environment:
        environment = Environment(
            loader=FileSystemLoader(self._folders),
            autoescape=escape,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            auto_reload=False,
        )
        name = str(self.locale)
        sentences = Sentences(self._translations, Markup if escape else str, name)
        environment.globals.update(_=sentences.gettext, gettext=sentences.gettext, ngettext=sentences.ngettext)
        environment.filters.update(
            weekday_and_day=partial(weekday_and_day, locale=name),
            day=partial(day, locale=name),
            number=partial(number, locale=name),
            shortened=shortened,
            web_address=web_address,
        )
        return environment

    def _compile(self, environment: Environment, name: str) -> Template:
        try:
            return environment.get_template(name)
        except UnicodeDecodeError as error:
            problem = f"{self.path_of(name)}: is not UTF-8 text ({error.reason} at byte {error.start}); save it as UTF-8"
            raise ConfigurationError([problem]) from None
        except OSError as error:
            raise ConfigurationError([f"{self.path_of(name)}: cannot be read: {error.strerror}"]) from None
        except TemplateSyntaxError as error:
            raise ConfigurationError([self._sentence(name, error)]) from error

    def _sentence(self, name: str, error: Exception) -> str:
        """`/shop/message.html, line 12: 'lines' is undefined`, whatever part of Jinja or of the template found the fault."""
        if isinstance(error, TemplateSyntaxError):
            return f"{error.filename or self.path_of(error.name or name)}, line {error.lineno}: {error.message}"
        place = str(self.path_of(name))
        for frame, line in walk_tb(error.__traceback__):
            if any(Path(frame.f_code.co_filename).is_relative_to(folder) for folder in self._folders):
                place = f"{frame.f_code.co_filename}, line {line}"
        missing = _MISSING_MACRO.search(str(error))
        if missing:
            sentences = self.path_of(SENTENCES)
            return f"{place}: uses the macro {missing[1]}, which {sentences} does not have; take it over from {OUR_TEMPLATES / SENTENCES}"
        return f"{place}: {error or type(error).__name__}; see {OUR_TEMPLATES / name} for what a template is given"
