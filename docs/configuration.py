"""Writes docs/configuration.md from the schema of the configuration (`make docs`).

In: the models of `tasks.settings_schema`, with the meaning under each key. Out: every section and key with type, default and meaning.
It stands beside the paper that it makes: a tool of the papers, which no run needs and no package ships.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tasks.settings_schema import Settings

PAPER = Path(__file__).with_suffix(".md")

INTRODUCTION = """\
# Configuration

<!-- Written by `make docs` from the schema in tasks/settings_schema.py: change it there. -->

One TOML file: `tellwhen --config FILE …`, else `$TELLWHEN_CONFIG`, else `./tellwhen.toml`. Relative paths are relative to that file.
An unknown key, a wrong type or a missing value is an error that names line, key and what was expected, all of them at once.
[The sample world's file](../flows/demo/world/tellwhen.toml) shows most of it at work.

Any value but those of sources can be set from the environment: section and key in capitals, two underscores between them, as in
`TELLWHEN_DISPATCH__TRANSPORT=outbox` or `TELLWHEN_PROMISE__TRANSIT_DAYS_BY_COUNTRY__DE=4`. Secrets never stand in the file:
`SENDGRID_API_KEY` and `SMTP_PASSWORD` come from the environment, or from Prefect's Secret blocks `sendgrid-api-key` and `smtp-password`.
Keys marked **required** have no default.

The smallest file that works:

```toml
[warehouse]
path = "var/history.duckdb"

[[sources]]
name = "acme"
feed = "supplier_etas"
format = "csv"
location = "inbox/acme/*.csv"
mode = "snapshot"

[[sources]]
name = "orders"
feed = "order_lines"
format = "csv"
location = "inbox/orders/*.csv"
mode = "snapshot"

[dispatch]
from_email = "orders@shop.example"
```
"""

# By section: what a table of keys cannot show.
EXAMPLES = {
    "sources": """\
[[sources]]
name = "rheinwerk"
feed = "supplier_etas"
format = "csv"
location = "inbox/rheinwerk/Termine_*.csv"
mode = "snapshot"
file_date = "Termine_(%Y-%m-%d)"
encoding = "cp1252"
delimiter = ";"
decimal = ","
date_format = "%d.%m.%Y"
max_age_hours = 48
constants = { supplier_id = "RHEINWERK" }
units = { Stk = 1, KTN = 12 }

[sources.columns]
po_number = "Bestellung"
sku = "Artikel"
quantity = "Restmenge"
unit = "Einheit"
eta = "Neuer Termin"
status = "Status"

[sources.values]
status = { offen = "open", versandt = "shipped", erledigt = "received", storniert = "cancelled" }
""",
    "promise": """\
[promise]
calendar = "DE-BY"
handling_days = 1
transit_days = 2
transit_days_by_country = { AT = 3, CH = 5 }
""",
}


def paper() -> str:
    """The whole document."""
    schema = Settings.model_json_schema()
    definitions = schema["$defs"]
    # `folder` is where the file stands, not a key in it.
    sections = {name: field for name, field in schema["properties"].items() if name != "folder"}
    parts = [part for name, field in sections.items() for part in section(name, field, definitions)]
    return "\n".join([INTRODUCTION, *parts])


def section(name: str, field: dict[str, Any], definitions: dict[str, Any]) -> Iterator[str]:
    """A section, then the sections within it."""
    many = field.get("type") == "array"
    model = definitions[str(model_name(field["items"] if many else field))]
    title = f"[[{name}]]" if many else f"[{name}]"
    keys = {key: value for key, value in model["properties"].items() if model_name(value) is None}
    rows = [row(key, value, key in model.get("required", [])) for key, value in keys.items()]
    table = "\n".join(["| key | type | default | meaning |", "| --- | --- | --- | --- |", *rows])
    introduction = " ".join(model["description"].split())
    example = f"```toml\n{EXAMPLES[name]}```\n" if name in EXAMPLES else ""
    yield "\n\n".join(part for part in (f"{'#' * (2 + name.count('.'))} {title}", introduction, table, example) if part).rstrip("\n") + "\n"
    for key, value in model["properties"].items():
        if key not in keys:
            yield from section(f"{name}.{key}", value, definitions)


def row(key: str, field: dict[str, Any], is_required: bool) -> str:
    """A key of a section. Raises KeyError for one without a meaning: write it under the key in the schema."""
    meaning = " ".join(field["description"].split())
    cells = [f"`{key}`", kind(field), "**required**" if is_required else default(field["default"]), meaning]
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def default(value: Any) -> str:
    """A default as it would stand in the file; `none` for nothing."""
    return "none" if value is None or value in ([], {}) else f"`{json.dumps(value, ensure_ascii=False)}`"


def kind(field: dict[str, Any]) -> str:
    """The type of a value, in words."""
    if "anyOf" in field:
        return " or ".join(dict.fromkeys(kind(one) for one in field["anyOf"] if one["type"] != "null"))
    if "enum" in field or "const" in field:
        words = [default(word) for word in field.get("enum", [field.get("const")])]
        return " or ".join([", ".join(words[:-1]), words[-1]] if words[1:] else words)
    if field["type"] == "array":
        return f"list of {kind(field['items'])}"
    if field["type"] in ("integer", "number"):
        return number(field)
    return {"string": "path" if field.get("format") == "path" else "text", "boolean": "`true` or `false`", "object": "table"}[field["type"]]


def number(field: dict[str, Any]) -> str:
    """A number and its bounds."""
    name = "whole number" if field["type"] == "integer" else "number"
    if "exclusiveMinimum" in field:
        return f"{name} above {field['exclusiveMinimum']}"
    if "maximum" in field:
        return f"{name}, {field['minimum']} to {field['maximum']}"
    return f"{name} from {field['minimum']}" if "minimum" in field else name


def model_name(field: dict[str, Any]) -> str | None:
    """The model that a field refers to, if it is a section of its own."""
    references = [one["$ref"] for one in (field, *field.get("anyOf", [])) if "$ref" in one]
    return references[0].rpartition("/")[2] if references else None


if __name__ == "__main__":
    PAPER.write_text(paper(), encoding="utf-8")
    print(f"{PAPER.name} is written", file=sys.stderr)
