"""A file is read value by value, strictly: what is odd is refused with its place, or cleaned by rule."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.errors import ImportRefused
from parley.limits import LIMITS
from parley.transfer import cutting, read_import
from parley.transfer.cutting import cut
from parley.transfer.strict_json import strict_value

DEEP = LIMITS.import_depth


def values(data: bytes) -> list[tuple[int, Any]]:
    return [(line, strict_value(text, line)) for line, text in cut(io.BytesIO(data))]


def refusal(data: bytes) -> str:
    with pytest.raises(ImportRefused) as caught:
        values(data)
    return caught.value.title


GOOD: list[tuple[str, bytes, list[tuple[int, Any]]]] = [
    ("empty-list", b" [ ] \n", []),
    ("object", b'{"a":1}\n', [(1, {"a": 1})]),
    ("lines", b'[\n {"a":[1]},\n\n{"b":\n"x,]}\\""} ]', [(2, {"a": [1]}), (4, {"b": 'x,]}"'})]),
    ("x5-bom", b"\xef\xbb\xbf[1]", [(1, 1)]),
    ("x5-utf16", '[{"a":"€"}]'.encode("utf-16"), [(1, {"a": "€"})]),
    ("x5-utf16-no-bom", '["a"]'.encode("utf-16-le"), [(1, "a")]),
    ("x5-lone-surrogate", rb'["\ud800", "a\ude00b"]', [(1, "�"), (1, "a�b")]),
    ("x5-surrogate-name", rb'{"\ud800":["\udfff"]}', [(1, {"�": ["�"]})]),
    ("pair", rb'["\ud83d\ude00"]', [(1, "😀")]),
    ("escaped-backslash", rb'["\\ud800"]', [(1, r"\ud800")]),
    ("nul", rb'["a\u0000b", 1]', [(1, "ab"), (1, 1)]),
    ("at-the-depth", b"[" * DEEP + b"]" * DEEP, [(1, json.loads("[" * 19 + "]" * 19))]),
]


@pytest.mark.parametrize(("data", "expected"), [row[1:] for row in GOOD], ids=[r[0] for r in GOOD])
def test_values_come_one_by_one_with_their_line(
    data: bytes, expected: list[tuple[int, Any]]
) -> None:
    assert values(data) == expected


BAD: list[tuple[str, bytes, str]] = [
    ("x5-nan", b'[{"a":NaN}]', "What begins at line 1 holds NaN, which is no number of JSON."),
    ("x5-infinity", b"[1,\n-Infinity]", "What begins at line 2 holds -Infinity"),
    ("x5-1e999", b"[1e999]", "holds a number beyond all bounds"),
    ("x5-digits", b"[" + b"7" * 5000 + b"]", "holds a whole number of thousands of digits"),
    ("x5-duplicate", b'[{"a":1,\n"a":2}]', "holds “a” twice in one object"),
    ("x5-duplicate-cleaned", rb'[{"a":1,"a\u0000":2}]', "a name twice in one object"),
    ("x5-depth", b"[" * 100_000, f"Line 1: the file is nested more than {DEEP} levels deep."),
    ("x5-depth-line", b"[\n\n" + b'{"a":' * DEEP, "Line 3: the file is nested"),
    ("x5-depth-alone", b'{"a":' * DEEP, f"nested more than {DEEP} levels deep"),
    ("x5-raw-surrogate", b'["\xed\xa0\x80"]', "bytes that are not text"),
    ("not-utf8", b'[1,\n"\xff"]', "bytes that are not text"),
    ("cut-in-a-character", b'["a\xe2\x82', "bytes that are not text"),
    ("x6-empty", b"", "The file is empty."),
    ("x6-blank", b" \n ", "The file is empty."),
    ("x6-blank-utf16", " \n".encode("utf-16"), "Line 2: the file is not JSON, it has neither"),
    ("scalar", b"true", "it begins with neither a list nor an object"),
    ("text", b"\n\nhello there", "Line 1: the file is not JSON, it begins with neither"),
    ("words-before", b"hello [1]", "it begins with neither a list nor an object"),
    ("quoted", b'"abc"', "it begins with neither a list nor an object"),
    ("closing", b"]", "it begins with neither a list nor an object"),
    ("cut-off", b'[{"a":1},\n{"b"', "Line 2: the file is not JSON, it is cut off."),
    ("cut-in-a-text", b'["abc', "it is cut off"),
    ("comma-at-the-end", b"[1,]", "expecting value"),
    ("no-comma", b"[{} {}]", "extra data"),
    ("wrong-bracket", b'[{"a":1]}', "not JSON"),
    ("wrong-end", b"[1}", "not JSON"),
    ("after-the-end", b"[1] [2]", "it goes on after its end"),
    ("after-the-end-of-an-object", b'{"a":1},', "it goes on after its end"),
    ("json-lines", b'{"a":1}\n{"a":2}\n', "it goes on after its end"),
    ("garbage-after", b"[]x", "it goes on after its end"),
    ("comment", b"[/*1*/]", "expecting value"),
    ("later-line", b'[1,\n2,\n\n{"a":1,\n"b" 1}]', "Line 5: the file is not JSON, expecting ':'"),
    ("control", b'["a\tb"]', "invalid control character"),
    ("x10-zip", b"PK\x03\x04....conversations.json", "This is a zip archive."),
    ("x10-empty-zip", b"PK\x05\x06", "This is a zip archive."),
    ("x10-gzip", b"\x1f\x8b\x08", "This is a packed archive."),
    ("x10-pickle", b"\x80\x04\x95\x00", "This is a binary file, not JSON."),
    ("x10-old-pickle", b"(lp0\nS'a'\np1\na.", "it begins with neither a list nor an object"),
    ("x10-html", b"\xef\xbb\xbf\n<!DOCTYPE html><html>", "This is a web page or XML, not JSON."),
]


@pytest.mark.parametrize(("data", "reason"), [row[1:] for row in BAD], ids=[r[0] for r in BAD])
def test_what_is_not_strict_json_is_refused_with_its_place(data: bytes, reason: str) -> None:
    assert reason in refusal(data)


def test_x10_an_archive_says_which_file_to_choose() -> None:
    with pytest.raises(ImportRefused) as caught:
        read_import(io.BytesIO(b"PK\x03\x04"))

    assert caught.value.advice == "Unpack it and choose conversations.json."


def test_x5_a_value_that_is_too_large_is_refused_before_it_is_parsed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cutting, "LIMITS", _few_values())

    assert "has more than 3 values" in refusal(b"[[1,2],\n[1,2,3,4,5]]")


def _few_values() -> Any:
    from dataclasses import replace

    return replace(LIMITS, import_values=3)


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"))
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(st.lists(JSON, max_size=4), st.integers(1, 9), st.sampled_from([None, 1]), st.booleans())
def test_wherever_a_file_is_cut_into_chunks_its_values_are_the_same(
    wanted: list[Any], size: int, indent: int | None, ascii_only: bool
) -> None:
    text = json.dumps(wanted, indent=indent, ensure_ascii=ascii_only)

    pieces = cutting._Cutter()
    found = [
        strict_value(piece, line)
        for at in range(0, len(text), size)
        for line, piece in pieces.feed(text[at : at + size])
    ]
    pieces.finish()

    assert found == wanted


@given(st.binary(max_size=200) | st.text(alphabet='[]{},:"\\u0 1aé\n', max_size=60).map(str.encode))
def test_x5_whatever_the_bytes_are_nothing_but_a_refusal_is_raised(data: bytes) -> None:
    try:
        read_import(io.BytesIO(data))
    except ImportRefused as refused:
        assert refused.title.endswith(".")
