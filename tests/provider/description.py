"""SendGrid's own description of its API, where ../shared/data/sendgrid stands beside the project: requests are held against it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "sendgrid"
MAIL = "tsg_mail_v3.custom_args_patched.json"


def is_present() -> bool:
    return (FOLDER / MAIL).is_file()


def violations(body: Any) -> list[str]:
    """What SendGrid's description of POST /v3/mail/send has against a request body; nothing where the description is missing."""
    return [f"{error.json_path}: {error.message}" for error in _mail_send().iter_errors(body)] if is_present() else []


@cache
def _mail_send() -> Draft202012Validator:
    document = json.loads((FOLDER / MAIL).read_text(encoding="utf-8"))
    body = document["components"]["requestBodies"]["PostMailSend"]["content"]["application/json"]["schema"]
    return Draft202012Validator({**body, "components": document["components"]})
