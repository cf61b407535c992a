"""Of a PDF its text is sent, read in a process of its own; what has no text, or no end, is refused with the reason."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from parley.attaching import pdf, pdf_text, read_file
from parley.attachment import AttachmentKind
from parley.errors import AttachmentRefused
from parley.limits import LIMITS
from tests.parley.attaching import made

TORN = made.pdf(["Lost", "Words"]).replace(b"Td (Lost) Tj", b"Td [[[ Tj   ")
LEADS_TO_ITSELF = made.pdf(["One"]).replace(b"/Kids [4 0 R]", b"/Kids [2 0 R]")


def test_the_text_of_all_pages_is_sent() -> None:
    file = read_file("paper.pdf", made.pdf(["First page", "Second page"]))

    known = file.attachment
    assert file.text == "First page\n\nSecond page"
    assert (known.kind, known.media_type) == (AttachmentKind.TEXT, "application/pdf")
    assert (known.chars, known.note, file.data) == (len(file.text), "", b"")


def test_i6_a_pdf_is_known_by_its_first_bytes() -> None:
    assert read_file("photo.png", b"\n" + made.pdf(["Words"])).text == "Words"


def test_pages_without_text_are_counted() -> None:
    file = read_file("mixed.pdf", made.pdf(["", "Words", ""]))

    assert (file.text, file.attachment.note) == ("Words", "2 of 3 pages without text")


def test_a_page_that_cannot_be_read_is_counted() -> None:
    file = read_file("torn.pdf", TORN)

    assert file.text == "Words"
    assert file.attachment.note == "1 of 2 pages that could not be read"


def test_a_pdf_that_only_forbids_printing_is_read() -> None:
    assert read_file("report.pdf", made.locked_pdf("")).text == "Secret"


REFUSED = {
    "scanned": (made.pdf(["", ""]), "has no text on its pages: it may be scanned"),
    "no pages": (made.pdf([]), "is a PDF without pages"),
    "encrypted": (made.locked_pdf("word"), "is locked with a password"),
    "encrypted with AES": (made.ciphered_pdf(), "is encrypted in a way that Parley does not read"),
    "cut": (made.pdf(["One"])[:60], "is a damaged PDF"),
    "only its first line": (b"%PDF-1.7\n", "is a damaged PDF"),
    "noise": (b"%PDF-1.7\n" + bytes(range(256)) * 40, "is a damaged PDF"),
    "a page tree that holds itself": (LEADS_TO_ITSELF, "is a "),
}


@pytest.mark.parametrize("case", REFUSED, ids=[f"i6-{case}" for case in REFUSED])
def test_a_pdf_without_text_to_send_is_refused_with_the_reason(case: str) -> None:
    data, reason = REFUSED[case]

    with pytest.raises(AttachmentRefused, match=f"^“a.pdf” {reason}"):
        read_file("a.pdf", data)


@pytest.mark.parametrize(
    ("bounds", "reason"),
    [
        ({"pdf_pages": 1}, "has 2 pages; at most 1 are read"),
        ({"prompt_chars": 5}, "has more than 5 characters of text"),
        ({"pdf_read_s": 0.001}, "could not be read within 0.001 seconds"),
    ],
)
def test_a_pdf_beyond_a_bound_is_refused_with_the_bound(
    bounds: dict[str, float], reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "LIMITS", replace(LIMITS, **bounds))  # type: ignore[arg-type]

    with pytest.raises(AttachmentRefused, match=reason):
        read_file("a.pdf", made.pdf(["First page", "Second page"]))


def test_a_reader_that_dies_leaves_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_READER", (sys.executable, "-c", "raise SystemExit(9)"))

    with pytest.raises(AttachmentRefused, match="is a damaged PDF"):
        read_file("a.pdf", made.pdf(["One"]))


def test_a_pdf_of_which_no_page_can_be_read_is_damaged(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = json.dumps({"texts": [""], "unread": 1})
    reader = (sys.executable, "-c", f"import sys; sys.stdout.write({answer!r})")
    monkeypatch.setattr(pdf, "_READER", reader)

    with pytest.raises(AttachmentRefused, match="is a damaged PDF"):
        read_file("a.pdf", made.pdf(["One"]))


def test_d14_letters_that_no_request_can_carry_are_replaced(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answer = json.dumps({"texts": ["a\x00b\ud800c"], "unread": 0})
    reader = (sys.executable, "-c", f"import sys; sys.stdout.write({answer!r})")
    monkeypatch.setattr(pdf, "_READER", reader)

    assert read_file("a.pdf", made.pdf(["One"])).text == "ab?c"


ANSWERS = [
    (made.pdf(["One", ""]), {"texts": ["One", ""], "unread": 0}),
    (TORN, {"texts": ["", "Words"], "unread": 1}),
    (made.pdf(["One"] * 4), {"refused": "pages", "number": 4}),
    (made.pdf(["A line that is too long"]), {"refused": "chars"}),
    (made.pdf([]), {"refused": "empty"}),
    (made.locked_pdf("word"), {"refused": "locked"}),
    (made.ciphered_pdf(), {"refused": "cipher"}),
    (b"%PDF-1.7", {"refused": "damaged"}),
]


@pytest.mark.parametrize(("data", "answer"), ANSWERS)
def test_the_reader_answers_in_one_line_of_json(
    data: bytes, answer: dict[str, object], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    written = io.StringIO()
    monkeypatch.setattr(sys, "argv", ["pdf_text.py", "3", "20"])
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    monkeypatch.setattr(sys, "stdout", written)

    pdf_text.main()

    assert json.loads(written.getvalue()) == answer
