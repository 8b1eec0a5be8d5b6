"""`tellwhen serve`: a post of events is on disk before it is answered, and only one that SendGrid signed lately is taken (fault 30)."""

from __future__ import annotations

import base64
import json
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import urllib3
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from flows.serving import LARGEST_POST
from tasks.errors import ConfigurationError
from tasks.settling import spool
from tasks.settling.signature import SIGNATURE_HEADER, TIMESTAMP_HEADER, SignatureCheck
from tests.faults.outbox_world import OutboxWorld
from tests.settling.events import event, payload

KEY, ANOTHER = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
VECTORS = Path(__file__).parents[3] / "shared" / "data" / "sendgrid" / "eventwebhook_vectors.json"
BODY = payload(event("delivered", "n1"))
HTTP = urllib3.PoolManager(retries=False, timeout=20)


def public(key: ec.EllipticCurvePrivateKey) -> str:
    """As SendGrid shows it."""
    return base64.b64encode(key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


def signed(body: bytes, at: datetime | None = None, key: ec.EllipticCurvePrivateKey = KEY) -> dict[str, str]:
    timestamp = str(int((at or datetime.now(UTC)).timestamp()))
    signature = base64.b64encode(key.sign(timestamp.encode() + body, ec.ECDSA(SHA256()))).decode()
    return {SIGNATURE_HEADER: signature, TIMESTAMP_HEADER: timestamp, "Content-Type": "application/json"}


class Server:
    """`tellwhen serve` in a process of its own."""

    def __init__(self, world: OutboxWorld, process: Any, url: str) -> None:
        self.world, self.process, self.url = world, process, url

    def post(self, body: bytes, headers: dict[str, str], path: str = "/webhooks/sendgrid") -> int:
        return HTTP.request("POST", self.url + path, body=body, headers=headers).status

    @property
    def spooled(self) -> list[bytes]:
        return [post.read_bytes() for post in spool.waiting(self.world.settings.warehouse.spool_path)]


@contextmanager
def serving(world: OutboxWorld) -> Iterator[Server]:
    process = world.start("serve", "--port", "0")
    try:
        assert process.stderr is not None
        line = process.stderr.readline()
        assert "listening on http://127.0.0.1:" in line, line + process.stderr.read()
        yield Server(world, process, line.split()[-1].removesuffix("/webhooks/sendgrid"))
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("shop")
    world = OutboxWorld(folder, "http://127.0.0.1:1", 1, sendgrid=f'webhook_public_key = "{public(KEY)}"')
    with serving(world) as running:
        yield running


@pytest.fixture(autouse=True)
def _empty_spool(request: pytest.FixtureRequest) -> None:
    if "server" in request.fixturenames:
        running: Server = request.getfixturevalue("server")
        for post in spool.waiting(running.world.settings.warehouse.spool_path):
            spool.done(post)


def test_a_signed_post_is_on_disk_byte_for_byte_before_it_is_answered(server: Server) -> None:
    assert server.post(BODY, signed(BODY)) == 204
    assert server.spooled == [BODY]


def test_a_post_of_a_thousand_events_is_taken_whole(server: Server) -> None:
    body = payload(*(event("delivered", f"n{number}") for number in range(1000)))
    assert server.post(body, signed(body)) == 204
    assert server.spooled == [body]


def test_a_post_that_sendgrid_tries_again_for_a_day_is_taken_and_an_older_one_is_not(server: Server) -> None:
    now = datetime.now(UTC)
    assert server.post(BODY, signed(BODY, now - timedelta(hours=24))) == 204
    assert server.post(BODY, signed(BODY, now - timedelta(hours=26))) == 401
    assert server.post(BODY, signed(BODY, now + timedelta(minutes=10))) == 401
    assert len(server.spooled) == 1


GOOD = signed(BODY)
FAULTS = {
    "no signature": {TIMESTAMP_HEADER: GOOD[TIMESTAMP_HEADER]},
    "no timestamp": {SIGNATURE_HEADER: GOOD[SIGNATURE_HEADER]},
    "the signature of another key": signed(BODY, key=ANOTHER),
    "the signature of another body": signed(payload(event("delivered", "n2"))),
    "the signature of a body without its last line end": signed(BODY.rstrip()),
    "another timestamp than the signed one": {**GOOD, TIMESTAMP_HEADER: str(int(GOOD[TIMESTAMP_HEADER]) + 1)},
    "no base64": {**GOOD, SIGNATURE_HEADER: "not base64!"},
    "base64 cut short": {**GOOD, SIGNATURE_HEADER: GOOD[SIGNATURE_HEADER][:-3]},
    "base64 of something else": {**GOOD, SIGNATURE_HEADER: base64.b64encode(b"nothing").decode()},
    "a timestamp that is no number": {**GOOD, TIMESTAMP_HEADER: "yesterday"},
    "a timestamp far away": {**GOOD, TIMESTAMP_HEADER: "9" * 40},
    "signs of another alphabet": {**GOOD, SIGNATURE_HEADER: "\xfc" * 20, TIMESTAMP_HEADER: "\xb2"},
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_sendgrid_did_not_sign_lately_is_refused_and_not_kept(server: Server, fault: str) -> None:
    assert server.post(BODY, FAULTS[fault]) == 401
    assert server.spooled == []


def test_a_post_that_is_too_long_is_refused(server: Server) -> None:
    assert server.post(b"x" * (LARGEST_POST + 1), GOOD) == 413
    chunks = (b"x" * 1_000_000 for _ in range(LARGEST_POST // 1_000_000 + 2))
    assert HTTP.request("POST", f"{server.url}/webhooks/sendgrid", body=chunks, headers=GOOD).status == 413
    assert server.spooled == []


def test_health_says_how_much_waits(server: Server) -> None:
    server.post(BODY, signed(BODY))
    answer = HTTP.request("GET", f"{server.url}/health")
    assert (answer.status, answer.json()) == (200, {"status": "ok", "waiting": 1})
    assert HTTP.request("GET", f"{server.url}/webhooks/sendgrid").status == 405
    assert server.post(BODY, signed(BODY), "/elsewhere") == 404


def test_a_folder_that_takes_nothing_is_told_to_sendgrid_which_tries_again(tmp_path: Path) -> None:
    world = OutboxWorld(tmp_path, "http://127.0.0.1:1", 0, sendgrid=f'webhook_public_key = "{public(KEY)}"')
    world.settings.warehouse.spool_path.write_text("in the way")
    with serving(world) as server:
        assert server.post(BODY, signed(BODY)) == 503


def test_told_to_end_it_ends_within_seconds_and_has_logged_nothing_of_anybody(tmp_path: Path) -> None:
    world = OutboxWorld(tmp_path, "http://127.0.0.1:1", 0, sendgrid=f'webhook_public_key = "{public(KEY)}"')
    with serving(world) as server:
        body = payload(event("bounce", "n1", email="anna@customer.example"))
        assert [server.post(body, signed(body)), server.post(body, FAULTS["no base64"])] == [204, 401]
        began = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        out, err = server.process.communicate(timeout=20)
        assert time.monotonic() - began < 10
    assert "anna" not in out + err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("settings", "problem"),
    [("", "webhook_public_key: is missing"), ('webhook_public_key = "MFkw"', "webhook_public_key: is no public key")],
)
def test_without_a_key_to_believe_in_it_does_not_start(tmp_path: Path, settings: str, problem: str) -> None:
    process = OutboxWorld(tmp_path, "http://127.0.0.1:1", 0, sendgrid=settings).start("serve", "--port", "0")
    _, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert problem in err


def test_a_port_that_is_taken_is_a_users_mistake(server: Server) -> None:
    process = server.world.start("serve", "--port", server.url.rpartition(":")[2])
    _, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "cannot be listened on (Address already in use)" in err


def test_a_key_may_stand_in_the_lines_of_a_pem_file_but_be_on_no_other_curve() -> None:
    pem = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    now = datetime.now(UTC)
    headers = signed(BODY, now)
    check = SignatureCheck(pem, timedelta(minutes=1))
    assert check.refusal(headers[SIGNATURE_HEADER], headers[TIMESTAMP_HEADER], BODY, now) is None
    with pytest.raises(ConfigurationError, match="P-256"):
        SignatureCheck(public(ec.generate_private_key(ec.SECP384R1())), timedelta(minutes=1))


@pytest.mark.skipif(not VECTORS.is_file(), reason="SendGrid's own signed example is not here")
def test_sendgrids_own_signed_example_is_believed_and_its_bad_ones_are_not() -> None:
    vectors = json.loads(VECTORS.read_text())
    now = datetime.fromtimestamp(int(vectors["timestamp"]) + 60, UTC)
    body = vectors["payload"].encode()
    check = SignatureCheck(vectors["public_key_base64_spki"], timedelta(minutes=10))
    assert check.refusal(vectors["signature"], vectors["timestamp"], body, now) is None
    assert check.refusal(vectors["bad_signature"], vectors["timestamp"], body, now)
    assert check.refusal(vectors["signature"], vectors["timestamp"], body.rstrip(), now)
    assert check.refusal(vectors["signature"], vectors["timestamp"], body, now + timedelta(minutes=10))
    assert SignatureCheck(vectors["bad_public_key"], timedelta(minutes=10)).refusal(vectors["signature"], vectors["timestamp"], body, now)
