"""SendGrid over the wire: what it is sent, and what each fault of a network or a provider means (spec 5; the traps of the package)."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme

from tasks.errors import ConfigurationError
from tasks.settings import DispatchSettings, SendGridSettings
from tasks.transports.protocol import Outgoing
from tasks.transports.sendgrid import SendGridTransport
from tests.provider import description
from tests.provider.behaviour import ACCEPT, Behaviour, Fault, always, in_turn, page, refuse
from tests.provider.loopback import API_KEY, Provider

OUTGOING = Outgoing(
    "0b5b2f2e-6f0a-5f3e-9d58-4a53c9f1a001", "run-1", "anna@customer.example", "Anna Berg", "Later", "Later.\n", "<p>Later.</p>\n"
)


def clock() -> datetime:
    return datetime(2026, 11, 24, 8, tzinfo=UTC)


def transport_to(base_url: str, **settings: object) -> SendGridTransport:
    section = SendGridSettings(base_url=base_url, **{"read_timeout_seconds": 0.5, **settings})  # type: ignore[arg-type]
    dispatch = DispatchSettings(from_email="orders@shop.example", from_name="The Shop", transport="sendgrid", sendgrid=section)
    return SendGridTransport(dispatch, API_KEY, clock)


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as provider:
        yield provider


@pytest.fixture
def sendgrid(provider: Provider) -> Iterator[SendGridTransport]:
    transport = transport_to(provider.base_url)
    yield transport
    transport.close()


@pytest.mark.skipif(not description.is_present(), reason="SendGrid's description of its API is not in ../shared/data/sendgrid")
def test_the_description_refuses_what_is_no_request() -> None:
    """The check that every request of these tests passes can fail."""
    body = transport_to("http://127.0.0.1:1").request_body(OUTGOING)
    assert description.violations(body) == []
    assert description.violations({key: value for key, value in body.items() if key != "personalizations"})
    assert description.violations({**body, "from": {"email": 7}})


def test_one_notice_is_one_request_with_one_recipient_and_ids_only(provider: Provider, sendgrid: SendGridTransport) -> None:
    assert sendgrid.send(OUTGOING).kind == "accepted"
    (request,) = provider.books.requests
    body = request.json
    assert [personalization["to"] for personalization in body["personalizations"]] == [
        [{"email": "anna@customer.example", "name": "Anna Berg"}]
    ]
    assert body["custom_args"] == {"notice_id": OUTGOING.notice_id, "run_id": "run-1"}
    assert "categories" not in body
    assert body["headers"] == {"X-Tellwhen-Notice-Id": OUTGOING.notice_id, "Auto-Submitted": "auto-generated"}
    assert provider.books.violations == []


def test_customers_are_not_tracked_unless_the_shop_asks_for_it() -> None:
    assert transport_to("http://127.0.0.1:1").request_body(OUTGOING)["tracking_settings"] == {
        "click_tracking": {"enable": False, "enable_text": False},
        "open_tracking": {"enable": False},
    }
    assert "tracking_settings" not in transport_to("http://127.0.0.1:1", tracking=True).request_body(OUTGOING)


def test_in_the_sandbox_nobody_is_told(provider: Provider) -> None:
    provider.script = always(Behaviour(200))
    sandbox = transport_to(provider.base_url, sandbox=True)
    assert sandbox.send(OUTGOING).kind == "validated"
    assert provider.books.requests[0].json["mail_settings"] == {"sandbox_mode": {"enable": True}}
    sandbox.close()


@pytest.mark.parametrize("fault", ["hang", "reset", "close", "half_head", "half_body"])
@pytest.mark.parametrize("takes", [True, False])
def test_once_it_left_only_a_whole_answer_tells(provider: Provider, sendgrid: SendGridTransport, fault: Fault, takes: bool) -> None:
    provider.script = always(Behaviour(takes=takes, fault=fault))
    assert sendgrid.send(OUTGOING).kind == "uncertain"
    assert len(provider.books.requests) == 1


@pytest.mark.parametrize(
    "behaviour",
    [Behaviour(200, takes=True), Behaviour(201), Behaviour(202, has_message_id=False), page(502), refuse(500), page(503), page(504)],
)
def test_an_answer_that_says_nothing_of_the_message_leaves_it_uncertain(
    provider: Provider, sendgrid: SendGridTransport, behaviour: Behaviour
) -> None:
    provider.script = always(behaviour)
    assert sendgrid.send(OUTGOING).kind == "uncertain"


def test_a_redirect_is_not_followed(provider: Provider, sendgrid: SendGridTransport) -> None:
    provider.script = always(Behaviour(302, {"Location": f"{provider.base_url}/v3/scopes"}))
    assert sendgrid.send(OUTGOING).kind == "uncertain"
    assert [request.method for request in provider.books.requests] == ["POST"]


def test_a_refusal_to_wait_says_how_long(provider: Provider, sendgrid: SendGridTransport) -> None:
    provider.script = always(refuse(429, headers={"X-RateLimit-Reset": str(int(clock().timestamp()) + 3)}))
    outcome = sendgrid.send(OUTGOING)
    assert (outcome.kind, outcome.slows_all, outcome.retry_after_seconds) == ("not_sent", True, 3)


def test_connections_are_kept_and_a_broken_one_is_not_used_again(provider: Provider, sendgrid: SendGridTransport) -> None:
    provider.script = in_turn(ACCEPT, ACCEPT, Behaviour(fault="reset"), ACCEPT)
    kinds = [sendgrid.send(replace(OUTGOING, notice_id=f"n-{number}")).kind for number in range(4)]
    assert kinds == ["accepted", "accepted", "uncertain", "accepted"]
    assert [request.connection for request in provider.books.requests] == [1, 1, 1, 2]


def test_a_connection_that_the_provider_closed_meanwhile_is_replaced(provider: Provider, sendgrid: SendGridTransport) -> None:
    provider.closes_after_answer = True
    for number in range(3):
        assert sendgrid.send(replace(OUTGOING, notice_id=f"n-{number}")).kind == "accepted"
        time.sleep(0.1)  # the news of the end needs its time to arrive


def test_a_connection_that_the_provider_says_it_closes_is_not_used_again(provider: Provider, sendgrid: SendGridTransport) -> None:
    provider.closes_after_answer = True
    provider.script = always(replace(ACCEPT, headers={"Connection": "close"}))
    assert [sendgrid.send(replace(OUTGOING, notice_id=f"n-{number}")).kind for number in range(3)] == ["accepted"] * 3


@pytest.mark.parametrize("base_url", ["http://127.0.0.1:1", "http://localhost:1"])
def test_without_a_connection_nothing_left(base_url: str) -> None:
    outcome = transport_to(base_url).send(OUTGOING)
    assert (outcome.kind, outcome.slows_all) == ("not_sent", True)


def test_a_name_that_cannot_be_found_means_that_nothing_left() -> None:
    assert transport_to("https://no-such-host.invalid").send(OUTGOING).kind == "not_sent"


def test_a_certificate_that_nobody_vouches_for_means_that_nothing_left(tmp_path: Path) -> None:
    stranger = trustme.CA().issue_cert("localhost")
    with Provider(certificate=stranger) as provider:
        outcome = transport_to(provider.base_url).send(OUTGOING)
    assert (outcome.kind, provider.books.requests) == ("not_sent", [])
    assert "CERTIFICATE_VERIFY_FAILED" in outcome.detail


def test_nothing_secret_or_personal_is_logged_not_even_for_debugging(
    provider: Provider, sendgrid: SendGridTransport, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    provider.script = in_turn(ACCEPT, refuse(400, {"message": "bad address anna@customer.example", "field": "to"}), page(502))
    details = [sendgrid.send(OUTGOING).detail for _ in range(3)]
    for secret in (API_KEY, "anna", "Anna", "Later"):
        assert secret not in caplog.text
        assert not [detail for detail in details if secret in detail]


@pytest.mark.parametrize("api_key", [None, "", "  ", "SG.a b", "SG.ä", "SG.a\nb"])
def test_a_key_that_is_none_is_a_fault_of_the_configuration_that_does_not_show_it(api_key: str | None) -> None:
    dispatch = DispatchSettings(from_email="orders@shop.example", transport="sendgrid")
    with pytest.raises(ConfigurationError, match="SENDGRID_API_KEY") as error:
        SendGridTransport(dispatch, api_key, clock)
    assert "SG." not in str(error.value)


def test_a_message_larger_than_sendgrid_takes_fails_before_it_leaves(provider: Provider, sendgrid: SendGridTransport) -> None:
    assert sendgrid.send(replace(OUTGOING, body_html="x" * 30_000_001)).kind == "failed"
    assert provider.books.requests == []


def test_a_key_without_the_permission_to_send_is_found_without_sending(provider: Provider, sendgrid: SendGridTransport) -> None:
    provider.scopes = ["scopes.read"]
    (problem,) = sendgrid.problems()
    assert "permission Mail Send" in problem
    assert [request.path for request in provider.books.requests] == ["/v3/scopes"]


def test_europe_has_a_host_of_its_own() -> None:
    assert SendGridSettings(region="eu").host == "https://api.eu.sendgrid.com"
