"""The page: a report in HTML, with its style, its charts and the scripts that draw them.

In: a Report. Out: HTML that loads nothing: a browser is told to refuse whatever it would fetch, and to run no script but the one in it.
"""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import altair
import vl_convert
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from flows.reporting.contents import Report

_TEMPLATE = Path(__file__).with_name("template")
# What would end a script in the middle of it, and what might begin another one.
_NOT_IN_A_SCRIPT = re.compile(r"<(?=/script|!--|script)", re.IGNORECASE)
_CODE = re.compile(r"`([^`]+)`")


def page_of(report: Report) -> str:
    """The whole page."""
    has_charts = any(section.chart for section in report.sections)
    script = _script() if has_charts else ""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["with_commands"] = _with_commands
    return environment.get_template("page.html.j2").render(
        report=report,
        style=Markup(_text("page.css")),
        script=Markup(script),
        script_sha256=_fingerprint(script),
    )


def _script() -> str:
    """Vega, Vega-Lite and Vega-Embed, as vl-convert ships them, and our few lines that use them."""
    version = ".".join(altair.SCHEMA_VERSION.split(".")[:2])
    bundle = vl_convert.javascript_bundle(_text("page.js"), vl_version=version)
    return _NOT_IN_A_SCRIPT.sub(r"\\x3C", bundle)


def _fingerprint(script: str) -> str:
    """As a content security policy names the script that it lets run."""
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _with_commands(text: str) -> Markup:
    """A sentence in which `commands` stand in their own type."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))


def _text(name: str) -> str:
    return (_TEMPLATE / name).read_text(encoding="utf-8")
