"""SendGrid's own description of its API, where ../shared/data/sendgrid stands beside the project: requests are held against it."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "sendgrid"
MAIL = "tsg_mail_v3.custom_args_patched.json"
SUPPRESSIONS, ACTIVITY = "tsg_suppressions_v3.json", "tsg_email_activity_v3.json"


def is_present() -> bool:
    return (FOLDER / MAIL).is_file()


def violations(body: Any) -> list[str]:
    """What SendGrid's description of POST /v3/mail/send has against a request body; nothing where the description is missing."""
    return [f"{error.json_path}: {error.message}" for error in _mail_send().iter_errors(body)] if is_present() else []


def reading_violations(path: str, query: dict[str, str], answer: Any) -> list[str]:
    """What SendGrid's descriptions have against a GET and our double's answer to it; nothing where they are missing."""
    for name in (SUPPRESSIONS, ACTIVITY):
        document = _document(name)
        template = next((known for known in document.get("paths", {}) if _fits(known, path)), None)
        if template is not None:
            operation = document["paths"][template]["get"]
            return [*_query_violations(document, operation, query), *_answer_violations(document, operation, answer)]
    return []


def _fits(template: str, path: str) -> bool:
    return re.fullmatch(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(template)), path) is not None


def _query_violations(document: dict[str, Any], operation: dict[str, Any], query: dict[str, str]) -> list[str]:
    shared = document["components"]["parameters"]
    listed = [shared[one["$ref"].rpartition("/")[2]] if "$ref" in one else one for one in operation.get("parameters", [])]
    known = {one["name"]: one for one in listed if one["in"] == "query"}
    wrong = [f"{name} is no parameter" for name in set(query) - set(known)]
    wrong += [f"{name} is missing" for name, one in known.items() if one.get("required") and name not in query]
    for name in set(query) & set(known):
        schema = known[name]["schema"]
        value: Any = int(query[name]) if schema["type"] in ("integer", "number") else query[name]
        wrong += [f"{name}: {error.message}" for error in Draft202012Validator(schema).iter_errors(value)]
    return wrong


def _answer_violations(document: dict[str, Any], operation: dict[str, Any], answer: Any) -> list[str]:
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    validator = Draft202012Validator({**schema, "components": document["components"]})
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(answer)]


@cache
def _document(name: str) -> dict[str, Any]:
    document = json.loads((FOLDER / name).read_text(encoding="utf-8")) if (FOLDER / name).is_file() else {}
    assert isinstance(document, dict)
    return document


@cache
def _mail_send() -> Draft202012Validator:
    document = json.loads((FOLDER / MAIL).read_text(encoding="utf-8"))
    body = document["components"]["requestBodies"]["PostMailSend"]["content"]["application/json"]["schema"]
    return Draft202012Validator({**body, "components": document["components"]})
