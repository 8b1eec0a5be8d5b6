"""SendGrid's answers: every answer has one meaning, and only 202 with a message id means that the message was taken (spec 5)."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from tasks.transports.kept_connections import Answer
from tasks.transports.protocol import Outcome
from tasks.transports.sendgrid_answers import outcome_of, wait_of

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
ERROR = json.dumps({"errors": [{"message": "does not contain a valid address", "field": "personalizations.0.to.0.email"}]}).encode()
PAGE = b"<html>Bad gateway</html>"


def outcome(status: int, body: bytes = b"", *, sandbox: bool = False, **headers: str) -> Outcome:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return outcome_of(Answer(status, named, body), is_sandbox=sandbox, now=NOW)


def test_202_with_a_message_id_is_taken() -> None:
    found = outcome(202, x_message_id="abc")
    assert (found.kind, found.provider_id) == ("accepted", "abc")


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        (202, b"", {}),
        (202, b"", {"x_message_id": ""}),
        (200, b"", {"x_message_id": "abc"}),
        (201, b"{}", {}),
        (204, b"", {}),
        (302, b"", {"location": "http://127.0.0.1/"}),
        (500, ERROR, {}),
        (502, PAGE, {}),
        (503, PAGE, {}),
        (503, b"", {}),
        (503, b'{"errors": "none"}', {}),
        (504, PAGE, {"retry_after": "1"}),
        (418, ERROR, {}),
        (408, b"", {}),
    ],
)
def test_whatever_does_not_say_whether_it_was_taken_is_uncertain(status: int, body: bytes, headers: dict[str, str]) -> None:
    assert outcome(status, body, **headers).kind == "uncertain"


@pytest.mark.parametrize("status", [400, 413])
def test_a_message_that_sendgrid_refuses_has_failed_with_its_words(status: int) -> None:
    found = outcome(status, ERROR)
    assert found.kind == "failed"
    assert "does not contain a valid address (personalizations.0.to.0.email)" in found.detail


@pytest.mark.parametrize(
    ("status", "named"),
    [(401, "$SENDGRID_API_KEY"), (403, "permission Mail Send"), (404, "dispatch.sendgrid.base_url"), (405, "dispatch.sendgrid.base_url")],
)
def test_what_no_message_will_overcome_stops_the_dispatch_and_names_what_to_repair(status: int, named: str) -> None:
    found = outcome(status, ERROR)
    assert found.kind == "stopped"
    assert named in found.detail


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [(429, b"", {}), (429, ERROR, {"x_ratelimit_reset": "1"}), (503, ERROR, {}), (503, PAGE, {"retry_after": "5"})],
)
def test_too_many_requests_and_a_503_of_sendgrids_own_may_be_tried_again(status: int, body: bytes, headers: dict[str, str]) -> None:
    found = outcome(status, body, **headers)
    assert (found.kind, found.slows_all) == ("not_sent", True)


def test_a_sandbox_tells_nobody_and_200_means_it_only_there() -> None:
    assert outcome(200, sandbox=True).kind == "validated"
    assert outcome(200).kind == "uncertain"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7),
        ({"retry-after": "Tue, 24 Nov 2026 08:00:30 GMT"}, 30),
        ({"x-ratelimit-reset": str(int(NOW.timestamp()) + 2)}, 2),
        ({"x-ratelimit-reset": str(int(NOW.timestamp()) - 100)}, 0),
        ({"retry-after": "7", "x-ratelimit-reset": "4102444800"}, 7),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-3"}, None),
        ({"x-ratelimit-reset": "tomorrow"}, None),
        ({"x-ratelimit-reset": "9" * 40}, None),
        ({}, None),
    ],
)
def test_how_long_to_wait_is_what_sendgrid_says(headers: dict[str, str], seconds: float | None) -> None:
    assert wait_of(Answer(429, headers, b""), NOW) == seconds


def test_an_address_that_sendgrid_repeats_is_left_out_of_the_words() -> None:
    body = json.dumps({"errors": [{"message": "The from address orders@shop.example does not match", "field": "from"}]}).encode()
    assert "@" not in outcome(403, body).detail


@pytest.mark.parametrize("body", [b"null", b"[]", b'{"errors": null}', b'{"errors": [1, {"field": 2}]}', b"\xff\xfe", b"[" * 100_000])
def test_an_answer_of_any_shape_is_classed_by_its_status(body: bytes) -> None:
    assert outcome(400, body).kind == "failed"
