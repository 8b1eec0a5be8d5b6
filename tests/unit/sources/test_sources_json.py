"""Sources, JSON and JSON Lines: numbers keep their text, a bad line is a row, a document without a list is rejected (spec 2)."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from tasks.errors import FileRejected
from tests.unit.sources.conftest import Read

ROW = {"supplier_id": "ACME", "po_number": 4711, "sku": "A1", "quantity": 5, "eta": "2026-12-04"}


def test_a_number_keeps_the_text_in_which_it_was_written(read: Read) -> None:
    row = '{"supplier_id":"O\'Neil","po_number":12345678901234567890,"sku":1.10,"quantity":0.1e1,"eta":null}'
    frame = read(f"[{row}]", "etas.json", format="json")
    assert frame.select("supplier_id", "po_number", "sku").row(0) == ("O'Neil", "12345678901234567890", "1.10")
    assert frame["quantity"][0] == Decimal(1)
    assert frame["eta_precision"][0] == "unknown"
    assert frame["raw"][0] == row


def test_what_is_nested_becomes_compact_json(read: Read) -> None:
    frame = read(json.dumps([ROW | {"reason": {"why": ["late", 1.50, True, None], "李": 'a"b'}}]), "etas.json", format="json")
    assert frame["reason"][0] == '{"why":["late",1.5,true,null],"李":"a\\"b"}'


def test_the_list_may_stand_inside_an_object(read: Read) -> None:
    frame = read(json.dumps({"page": 1, "tags": ["a"], "errors": [], "rows": [ROW, ROW]}), "etas.json", format="json")
    assert frame["row_number"].to_list() == [1, 2]


def test_an_item_that_is_no_object_is_a_row_with_a_problem(read: Read) -> None:
    frame = read(json.dumps([ROW, 5, None]), "etas.json", format="json")
    assert frame["row_problem"].to_list() == [
        None,
        "the row is no JSON object but '5'; expected keys and values",
        "the row is no JSON object but 'null'; expected keys and values",
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ('{"a": 1', "expected JSON, found text that is none"),
        ('{"a": 1}\n{"a": 2}', 'is it format = "jsonl"?'),
        ("[1, 2]", "a list of 2 items of which none is an object"),
        ('"text"', "expected a list of objects, found '\"text\"'"),
        ('{"a": 1, "b": "x"}', "with exactly one such list inside, found an object with only 'a', 'b'"),
        ('{"a": [{"x": 1}], "b": [{"x": 2}]}', "found an object with 2 such lists: 'a', 'b'"),
        ("[" * 100_000, "expected JSON"),
        (
            '[{"sku": "A1", "eta": null}]',
            "expected the columns 'supplier_id', 'po_number', 'quantity' in at least one object, found 'eta', 'sku'",
        ),
        ("<html>", "expected JSON, found an HTML page"),
    ],
)
def test_a_document_without_a_list_of_objects_is_rejected(read: Read, content: str, sentence: str) -> None:
    with pytest.raises(FileRejected) as refusal:
        read(content, "etas.json", format="json")
    assert sentence in str(refusal.value)


def test_an_empty_list_is_a_file_without_rows(read: Read) -> None:
    assert read("[]", "etas.json", format="json").height == 0
    assert read('{"rows": []}', "etas.json", format="json").height == 0


def test_a_key_is_there_if_any_row_has_it(read: Read) -> None:
    short = {key: value for key, value in ROW.items() if key != "eta"}
    frame = read(json.dumps([short, ROW, short | {" ETA ": "2026-12"}]), "etas.json", format="json")
    assert frame["eta_text"].to_list() == [None, "2026-12-04", "2026-12"]


def test_a_byte_order_mark_is_tolerated(read: Read) -> None:
    assert read("\ufeff" + json.dumps([ROW]), "etas.json", format="json").height == 1
    assert read("\ufeff" + json.dumps(ROW), "etas.jsonl", format="jsonl").height == 1
    assert read(("\ufeff" + json.dumps([ROW])).encode("utf-16-le"), "etas.json", format="json", encoding="utf-16-le").height == 1


def test_half_a_character_becomes_a_question_mark(read: Read) -> None:
    frame = read(json.dumps([ROW | {"sku": "A\ud800"}]), "etas.json", format="json")
    assert frame["sku"].to_list() == ["A?"]


def test_json_lines_keep_their_text_and_their_line_number(read: Read) -> None:
    lines = [json.dumps(ROW), "", '{"sku": "A2", ', "7", json.dumps(ROW | {"sku": "Bjørn"})]
    frame = read("\r\n".join(lines), "etas.jsonl", format="jsonl")
    assert frame["row_number"].to_list() == [1, 3, 4, 5]
    assert frame["raw"].to_list() == [line for line in lines if line]
    assert frame["sku"].to_list() == ["A1", None, None, "Bjørn"]
    assert [problem and problem[:20] for problem in frame["row_problem"]] == [None, "the line is not JSON", "the row is no JSON o", None]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("sku,eta\nA1,\n", "expected a JSON object on each line, found none; the first line is 'sku,eta'"),
        (json.dumps([ROW], indent=1), 'is it format = "json"?'),
        ('{"sku": "A1"}\nbad\n', "lines.jsonl: expected the columns 'supplier_id', 'po_number', 'quantity', 'eta' in at least one object"),
    ],
)
def test_json_lines_without_objects_or_wanted_keys_are_rejected(read: Read, content: str, sentence: str) -> None:
    with pytest.raises(FileRejected) as refusal:
        read(content, "lines.jsonl", format="jsonl")
    assert sentence in str(refusal.value)


def test_a_byte_of_another_encoding_is_named_with_its_line(read: Read) -> None:
    with pytest.raises(FileRejected, match=r"found byte 0xF8 at position \d+, line 2"):
        read(("\n" + json.dumps(ROW | {"sku": "Bjørn"}, ensure_ascii=False)).encode("cp1252"), "etas.jsonl", format="jsonl")
