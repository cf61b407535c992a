"""Usage files of any separator and encoding: what cannot be read is left out by number, what is guessed is said."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.errors import Refused
from parley.reconcile import usage_file
from parley.reconcile.usage_file import LeftOut, read_usage_file

TEXT = "date,model,cost\n2026-11-24,Qwen/Ω,0.5\n2026-11-25,é,1\n"


@pytest.mark.parametrize(
    ("content", "encoding", "is_guess"),
    [
        (TEXT.encode(), "UTF-8", False),
        (TEXT.encode("utf-8-sig"), "UTF-8", False),
        (TEXT.encode("utf-16"), "UTF-16", False),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "UTF-16", False),
        (TEXT.encode("utf-16-le"), "UTF-16", True),
        (TEXT.encode("utf-16-be"), "UTF-16", True),
        (TEXT.replace("Ω", "ü").encode("latin-1"), "Latin-1", True),
    ],
)
def test_x5_any_usual_encoding_is_read_and_a_guess_is_said(
    content: bytes, encoding: str, is_guess: bool
) -> None:
    file = read_usage_file(content)

    assert file.header == ("date", "model", "cost")
    assert file.lines[1].cells == ("2026-11-25", "é", "1")
    assert (file.encoding, file.is_guess) == (encoding, is_guess)
    assert ("which is a guess" in file.words) == is_guess


@pytest.mark.parametrize(("delimiter", "words"), usage_file.DELIMITER_WORDS.items())
def test_any_usual_separator_is_read(delimiter: str, words: str) -> None:
    file = read_usage_file(TEXT.replace(",", delimiter).encode())

    assert file.lines[0].cells == ("2026-11-24", "Qwen/Ω", "0.5")
    assert f"2 lines, separated by {words}, read as UTF-8." == file.words


def test_a_line_that_names_the_separator_is_followed_and_counted() -> None:
    file = read_usage_file(b"sep=;\ndate;model\n2026-11-24;a,b\n")

    assert file.lines[0].cells == ("2026-11-24", "a,b")
    assert file.lines[0].number == 3


def test_broken_lines_are_left_out_by_their_number() -> None:
    long = "x" * 200_000
    text = f'Usage of November\n\ndate,model\n1,a\n2\n3,a,b\n4,a,\n"5\n",a\n6,{long}\n7,a\n'

    file = read_usage_file(text.encode())

    assert [line.number for line in file.lines] == [4, 7, 8, 11]
    assert file.left_out == (
        LeftOut(1, "stands before the names of the columns"),
        LeftOut(5, "has 1 cells where the header has 2"),
        LeftOut(6, "has 3 cells where the header has 2"),
        LeftOut(10, "has a cell that is too long to be a figure"),
    )


def test_each_column_has_a_name_of_its_own() -> None:
    file = read_usage_file(b"cost,cost,,cost\n1,2,3,4\n")

    assert file.header == ("cost", "cost (2)", "Column 3", "cost (4)")


def test_files_of_one_header_have_one_signature() -> None:
    one, other = read_usage_file(b"a,b\n1,2\n"), read_usage_file(b"a;b\n3;4\n")

    assert one.signature == other.signature
    assert one.signature != read_usage_file(b"b,a\n1,2\n").signature


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no table"),
        (b"date,model\n", "no table"),
        (b"one\ntwo\n", "no table"),
        (b"PK\x03\x04", "a workbook or an archive"),
        (b"\xd0\xcf\x11\xe0", "an old Excel"),
        (b"%PDF-1.7", "a PDF"),
        (b"a," * 150 + b"a\n1\n", "151 columns; at most 100"),
        (b"x" * 21_000_000, "21 MB; at most 20 MB"),
    ],
)
def test_x10_what_is_no_usage_file_is_refused_in_a_sentence(content: bytes, said: str) -> None:
    with pytest.raises(Refused) as refused:
        read_usage_file(content)

    assert said in refused.value.title


def test_x5_too_many_lines_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usage_file, "MOST_LINES", 3)

    with pytest.raises(Refused) as refused:
        read_usage_file(b"a,b\n" + b"1,2\n" * 4)

    assert "more than 3 lines" in refused.value.title


@pytest.mark.parametrize("hostile", [" " * 9_000, ',"' * 4_500, '"\n' * 4_500, "a,'b\"" * 2_000])
def test_c5_a_file_made_to_keep_the_sniffer_busy_is_quick(hostile: str) -> None:
    started = time.monotonic()

    with suppress(Refused):
        read_usage_file(hostile.encode())

    assert time.monotonic() - started < 2


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_anything_at_all_is_read_or_refused(content: bytes) -> None:
    try:
        file = read_usage_file(content)
    except Refused:
        return

    assert all(len(line.cells) == len(file.header) for line in file.lines)
