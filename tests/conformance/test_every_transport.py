"""What every transport keeps to, whatever it speaks: it runs against each bench of conftest.py (spec 5)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.transports.protocol import NEXT_STATE, OutcomeKind, Outgoing, Transport

if TYPE_CHECKING:
    from conftest import Bench

OUTGOING = Outgoing(
    notice_id="0b5b2f2e-6f0a-5f3e-9d58-4a53c9f1a001",
    run_id="run-1",
    to_address="anna@customer.example",
    to_name="Anna Berg",
    subject="Your Brake caliper will arrive later, by Friday, December 4, 2026",
    body_text="Hello Anna Berg,\n\nlater.\n",
    body_html='<!DOCTYPE html>\n<html lang="en"><body><p>Hello Anna Berg,</p><p>later.</p></body></html>\n',
)


def test_it_has_a_name(transport: Transport) -> None:
    assert transport.name.isidentifier()


def test_what_is_accepted_has_arrived_word_for_word(transport: Transport, bench: Bench) -> None:
    assert transport.send(OUTGOING).kind == "accepted"
    (arrived,) = bench.arrived()
    assert (arrived.notice_id, arrived.subject, arrived.text, arrived.html) == (
        OUTGOING.notice_id, OUTGOING.subject, OUTGOING.body_text, OUTGOING.body_html,
    )  # fmt: skip
    assert (arrived.to_name, arrived.to_addresses) == ("Anna Berg", ("anna@customer.example",))
    assert (arrived.from_name, arrived.from_address, arrived.reply_to) == ("The Shop", "orders@shop.example", "help@shop.example")


def test_a_digest_arrives_under_an_id_of_its_own_and_is_no_notice(transport: Transport, bench: Bench) -> None:
    assert transport.send(OUTGOING).kind == "accepted"
    assert transport.send(replace(OUTGOING, kind="digest", run_id="")).kind == "accepted"
    ids = {(arrived.notice_id, arrived.digest_id): arrived.text for arrived in bench.arrived()}
    assert ids == dict.fromkeys([(OUTGOING.notice_id, None), (None, OUTGOING.notice_id)], OUTGOING.body_text)


@pytest.mark.parametrize("words", ["Bjørn Ærø, <b>", "李雷 12 月", "line " * 300, ".\n..\nFrom me\n", "=C3=A9 = ?", "😀 é\u0301"])
def test_no_character_is_lost_or_changed(transport: Transport, bench: Bench, words: str) -> None:
    one_line = " ".join(words.split())
    name, subject = one_line[:60].strip(), one_line[:140].strip()
    outgoing = replace(OUTGOING, to_name=name, subject=subject, body_text=f"{words}\n", body_html=f"<p>{words}</p>\n")
    assert transport.send(outgoing).kind == "accepted"
    (arrived,) = bench.arrived()
    assert (arrived.to_name, arrived.subject) == (outgoing.to_name, outgoing.subject)
    assert (arrived.text, arrived.html) == (outgoing.body_text, outgoing.body_html)


@pytest.mark.parametrize("name", [None, "", "  "])
def test_a_customer_without_a_name_is_written_to(transport: Transport, bench: Bench, name: str | None) -> None:
    assert transport.send(replace(OUTGOING, to_name=name)).kind == "accepted"
    assert bench.arrived()[0].to_addresses == ("anna@customer.example",)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "a@x.example, b@y.example",
        "a@x.example;b@y.example",
        "a@x.example\r\nBcc: b@y.example",
        "a@x.example\nBcc: b@y.example",
        "a@x.example\u2028Bcc: b@y.example",
        "a@x.example\0",
        "Anna <a@x.example>",
        '"a b"@x.example',
        "a b@x.example",
        "a@@x.example",
        "a@x@y.example",
        "a@x",
        "a@-x.example",
        "a@.example",
        ".a@x.example",
        f"{'a' * 65}@x.example",
    ],
)
def test_anything_but_one_address_fails_for_good_and_nothing_leaves(transport: Transport, bench: Bench, address: str) -> None:
    outcome = transport.send(replace(OUTGOING, to_address=address))
    assert outcome.kind == "failed"
    assert "address" in outcome.detail
    assert bench.arrived() == []


@pytest.mark.parametrize("subject", ["News\r\nBcc: b@y.example", "News\nBcc: b@y.example", "News\n"])
def test_a_subject_of_several_lines_fails_for_good_and_nothing_leaves(transport: Transport, bench: Bench, subject: str) -> None:
    assert transport.send(replace(OUTGOING, subject=subject)).kind == "failed"
    assert bench.arrived() == []


@pytest.mark.parametrize("notice_id", ["", "../escape", "a/b", "a\nb", ".hidden", "a" * 200])
def test_a_notice_id_that_is_none_fails_for_good_and_nothing_leaves(transport: Transport, bench: Bench, notice_id: str) -> None:
    assert transport.send(replace(OUTGOING, notice_id=notice_id)).kind == "failed"
    assert bench.arrived() == []


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(name=st.text(max_size=90))
def test_no_name_whatever_adds_a_recipient_or_a_header(transport: Transport, bench: Bench, name: str) -> None:
    outgoing = replace(OUTGOING, notice_id=f"n-{abs(hash(name))}", to_name=name)
    assert transport.send(outgoing).kind == "accepted"
    (arrived,) = [one for one in bench.arrived() if one.notice_id == outgoing.notice_id]
    assert (arrived.to_addresses, arrived.others) == (("anna@customer.example",), ())
    assert (arrived.subject, arrived.text) == (OUTGOING.subject, OUTGOING.body_text)


@pytest.mark.parametrize(
    "words",
    ["=?utf-8?q?a=0D=0ABcc:_b=40y.example?=", "=?utf-8?b?YQ0KQmNjOiBiQHkuZXhhbXBsZQ==?=", "=?utf-8?q?a=2C_b=40y.example?="],
)
def test_an_encoded_word_adds_no_recipient_and_no_header(transport: Transport, bench: Bench, words: str) -> None:
    """Python's email package decodes such words while it writes a header."""
    assert transport.send(replace(OUTGOING, to_name=words, subject=words)).kind == "accepted"
    (arrived,) = bench.arrived()
    assert (arrived.to_addresses, arrived.others) == (("anna@customer.example",), ())
    assert arrived.text == OUTGOING.body_text


def test_a_domain_in_other_letters_is_written_in_ascii(transport: Transport, bench: Bench) -> None:
    assert transport.send(replace(OUTGOING, to_address="anna@bücher.example")).kind == "accepted"
    assert bench.arrived()[0].to_addresses == ("anna@xn--bcher-kva.example",)


def test_without_a_way_out_it_stops_and_says_what_to_do(transport: Transport, bench: Bench) -> None:
    bench.take_the_way_out_away()
    outcome = transport.send(OUTGOING)
    assert outcome.kind == "stopped"
    assert "then dispatch again" in outcome.detail


def test_it_finds_nothing_in_the_way_where_it_can_send_and_sends_nothing_to_see(transport: Transport, bench: Bench) -> None:
    assert transport.problems() == []
    assert bench.arrived() == []


def test_it_says_what_stands_in_the_way_before_anything_is_sent(transport: Transport, bench: Bench) -> None:
    bench.take_the_way_out_away()
    (problem,) = transport.problems()
    assert "anna" not in problem.lower()


def test_a_detail_names_no_customer(transport: Transport, bench: Bench) -> None:
    details = [transport.send(outgoing).detail for outgoing in (OUTGOING, replace(OUTGOING, to_address="anna@customer@x"))]
    assert not [detail for detail in details if "anna" in detail.lower() or "@" in detail]


def test_many_threads_may_send_at_once(transport: Transport, bench: Bench) -> None:
    outgoing = [replace(OUTGOING, notice_id=f"notice-{number}", to_address=f"c{number}@customer.example") for number in range(40)]
    with ThreadPoolExecutor(16) as threads:
        assert {outcome.kind for outcome in threads.map(transport.send, outgoing)} == {"accepted"}
    assert {(one.notice_id, *one.to_addresses) for one in bench.arrived()} == {(one.notice_id, one.to_address) for one in outgoing}


def test_it_can_be_closed_twice(transport: Transport) -> None:
    transport.close()
    transport.close()


def test_every_kind_of_outcome_moves_the_notice_on() -> None:
    assert set(NEXT_STATE) == set(get_args(OutcomeKind))


def test_nothing_stands_in_the_way_of_a_transport_that_works_and_asking_sends_nothing(transport: Transport, bench: Bench) -> None:
    assert transport.problems() == []
    assert bench.arrived() == []


def test_what_stands_in_the_way_is_said_in_sentences(transport: Transport, bench: Bench) -> None:
    bench.take_the_way_out_away()
    assert transport.problems()
    assert all(len(problem.splitlines()) == 1 for problem in transport.problems())
