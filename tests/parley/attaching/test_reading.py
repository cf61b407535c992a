"""A file is what it holds, not what it is called; what is no text is refused in a sentence that names it."""

from __future__ import annotations

import os
import zlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from parley.attaching import read_file
from parley.attaching.names import MAX_NAME_CHARS, shown_name
from parley.attachment import AttachmentKind
from parley.errors import AttachmentRefused
from parley.limits import LIMITS
from tests.parley.attaching import made

TEXTS = {
    "utf-8": ("naïve ≈ 日本\n".encode(), "naïve ≈ 日本\n"),
    "utf-8 with a mark": (b"\xef\xbb\xbfa;b", "a;b"),
    "utf-16": ("a;é".encode("utf-16"), "a;é"),
    "utf-16, big end first": (b"\xfe\xff" + "a;é".encode("utf-16-be"), "a;é"),
    "utf-32": ("a;é".encode("utf-32"), "a;é"),
    "colours of a terminal": (b"\x1b[31mred\x1b[0m\r\n", "\x1b[31mred\x1b[0m\r\n"),
}


@pytest.mark.parametrize("case", TEXTS)
def test_text_is_sent_as_it_stands_in_the_file(case: str) -> None:
    data, text = TEXTS[case]

    file = read_file("a.txt", data)

    assert (file.text, file.attachment.chars, file.attachment.note) == (text, len(text), "")
    assert (file.attachment.kind, file.data) == (AttachmentKind.TEXT, b"")


@pytest.mark.parametrize(
    ("text", "encoding", "named"),
    [
        ("Straße;Preis €\nKönigsallee;12,50\n", "cp1252", "Windows-1252"),
        ("Привет, мир. Как дела сегодня?\n", "cp1251", "Windows-1251"),
        ("日本語のテキストです。\n", "cp932", "Shift JIS"),
        ("中文文本测试\n", "gb18030", "GB18030"),
    ],
)
def test_an_encoding_that_had_to_be_guessed_is_told(text: str, encoding: str, named: str) -> None:
    file = read_file("a.csv", text.encode(encoding))

    assert file.text == text
    assert file.attachment.note == f"not UTF-8: read as {named}, which is a guess"


@pytest.mark.parametrize(
    ("data", "end", "places"),
    [
        ("日本語のテキストです。\n日本".encode()[:-1], "\n日\ufffd", "1 place that is"),
        ("Ж".encode() * 30 + b"\xff,\xfe", "Ж\ufffd,\ufffd", "2 places that are"),
        ("Ж\ufffd".encode() * 15 + b"\xd0", "Ж\ufffd\ufffd", "1 place that is"),
    ],
)
def test_broken_places_in_utf8_are_replaced_and_told(data: bytes, end: str, places: str) -> None:
    file = read_file("cut.log", data)

    assert file.text == data.decode("utf-8", "replace")
    assert file.text.endswith(end)
    assert file.attachment.note == f"{places} not UTF-8: sent as \ufffd"


@pytest.mark.parametrize(
    ("name", "data", "media_type"),
    [
        ("a.CSV", b"a,b\n1,2\n", "text/csv"),
        ("a.json", b"{}", "application/json"),
        ("a.html", b"<script>alert(1)</script>", "text/html"),
        ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "text/plain"),
        ("Makefile", b"all:\n", "text/plain"),
        ("a.docx", b"only called so", "text/plain"),
    ],
)
def test_i6_markup_is_text_and_never_an_image(name: str, data: bytes, media_type: str) -> None:
    file = read_file(name, data)

    assert (file.attachment.kind, file.attachment.media_type) == (AttachmentKind.TEXT, media_type)
    assert file.text == data.decode()


REFUSED = {
    "nothing": ("a.txt", b"", "is empty"),
    "only blanks": ("a.txt", b" \n\t", "is empty"),
    "only a byte order mark": ("a.txt", b"\xef\xbb\xbf", "is empty"),
    "NUL bytes": ("a.txt", b"a\x00b", "is neither text, nor PDF, nor an image"),
    "NUL bytes in an old encoding": ("a.txt", b"\xe9\x00b", "is neither text"),
    "UTF-16 without a mark": ("a.txt", "abc".encode("utf-16-le"), "is neither text"),
    "half a UTF-16": ("a.txt", b"\xff\xfea", "is neither text"),
    "controls": ("a.txt", b"\x01\x02\x03\x04abc", "is neither text"),
    "an old encoding with controls": ("a.txt", b"\xe9\x01\x02\x03\x04", "is neither text"),
    "a program": ("a.txt", b"\x7fELF\x02\x01\x01" + b"\x00" * 60, "is neither text"),
    "compressed": ("a.txt", zlib.compress(os.urandom(900)), "is neither text"),
    "zip behind csv": ("a.csv", b"PK\x03\x04" + b"\x00" * 30, "is a ZIP archive"),
    "an empty zip": ("a.xlsx", b"PK\x05\x06" + b"\x00" * 18, "is an empty ZIP archive"),
    "old word": ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 30, "is a file of an"),
    "gzip": ("a.txt", b"\x1f\x8b\x08\x00" + b"\x00" * 30, "is a compressed file"),
    "tiff behind png": ("a.png", b"II*\x00" + b"\x00" * 30, "is a TIFF image"),
    "heic behind jpg": ("a.jpg", b"\x00\x00\x00\x18ftypheic" + b"\x00" * 30, "is a HEIC image"),
    "video": ("a.jpg", b"\x00\x00\x00\x18ftypisom" + b"\x00" * 30, "is neither text"),
    "text behind png": ("a.png", b"Not found", "is not the image that its name says"),
    "html behind jpg": ("a.JPG", b"<html>404</html>", "is not the image that its name says"),
    "text behind pdf": ("a.pdf", b"Not found", "is not the PDF that its name says"),
}


@pytest.mark.parametrize("case", REFUSED, ids=[f"i6-{case}" for case in REFUSED])
def test_what_cannot_be_sent_is_refused_with_its_name_and_the_reason(case: str) -> None:
    name, data, reason = REFUSED[case]

    with pytest.raises(AttachmentRefused, match=f"^“{name}” {reason}.*\\.$"):
        read_file(name, data)


def test_i2_i6_the_size_is_checked_before_anything_else() -> None:
    allowed = read_file("a.txt", ("é" * (LIMITS.attachment_bytes // 2)).encode())

    assert allowed.attachment.chars == LIMITS.attachment_bytes // 2
    with pytest.raises(AttachmentRefused, match="has 5,000,001 bytes; at most 5,000,000"):
        read_file(
            "a.png", made.image() + b"\x00" * (LIMITS.attachment_bytes + 1 - len(made.image()))
        )


def test_i2_a_text_that_no_message_can_hold_is_refused_with_its_length() -> None:
    with pytest.raises(AttachmentRefused, match="has 4,000,001 characters; at most 4,000,000"):
        read_file("a.txt", b"x" * 4_000_001)


NAMES = [
    ("../../x\r\n", "x"),
    ("../../etc/passwd", "passwd"),
    ("C:\\Users\\me\\a.txt", "a.txt"),
    ("folder/", "folder"),
    ("", "file"),
    ("...", "file"),
    ("/", "file"),
    (" \t\x00 ", "file"),
    ("a\u202egnp.exe", "a gnp.exe"),
    ("a\x1b[31m.txt", "a [31m.txt"),
    ("\ud800.csv", ".csv"),
    ("x" * 300 + ".csv", "x" * 115 + "….csv"),
    ("x" * 300, "x" * 119 + "…"),
    ("Grüße aus Köln.csv", "Grüße aus Köln.csv"),
    ("![a](http://b)`$x$.csv", "b)`$x$.csv"),
]


@pytest.mark.parametrize(("given_name", "shown"), NAMES)
def test_i6_a_hostile_name_becomes_one_short_line(given_name: str, shown: str) -> None:
    assert read_file(given_name, b"Words").attachment.name == shown


@given(st.text())
def test_d14_any_name_becomes_one_printable_line(name: str) -> None:
    shown = shown_name(name)

    assert shown.isprintable()
    assert shown.strip()
    assert 0 < len(shown) <= MAX_NAME_CHARS
    assert not set("/\\") & set(shown)


BEGINNINGS = [
    b"",
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff\xe0",
    b"GIF89a",
    b"RIFF\x10\x00\x00\x00WEBPVP8 ",
    b"\xff\xfe",
    b"\xfe\xff",
    b"\xff\xfe\x00\x00",
    made.image()[:60],
    made.image(image_format="JPEG")[:300],
]


@given(st.text(max_size=20), st.sampled_from(BEGINNINGS), st.binary(max_size=400))
@example("a", b"\xff\xfe", b"\x00\xd8")
def test_i6_any_bytes_are_read_or_refused(name: str, beginning: bytes, rest: bytes) -> None:
    try:
        file = read_file(name, beginning + rest)
    except AttachmentRefused as refused:
        assert shown_name(name) in refused.title
        return

    assert file.text.encode() or file.data
    assert "\x00" not in file.text
    assert file.attachment.chars == len(file.text)


@given(st.integers(0, 5_000), st.integers(0, 255), st.sampled_from(["PNG", "JPEG", "GIF", "WEBP"]))
def test_i6_an_image_with_one_wrong_byte_is_read_or_refused(
    place: int, value: int, image_format: str
) -> None:
    data = bytearray(made.noise((30, 30), image_format))
    data[place % len(data)] = value

    try:
        file = read_file("photo", bytes(data))
    except AttachmentRefused:
        return

    assert file.data or file.text
