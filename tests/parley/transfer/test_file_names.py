"""Names of exported files are harmless on every system, whatever the title is."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.transfer import file_name

ID = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"

TITLES = [
    ("plain", "Plans for Rome", "plans-for-rome-0a1b2c3d.json"),
    ("x3-parents", "../../etc/passwd", "etc-passwd-0a1b2c3d.json"),
    ("x3-backslash", "..\\..\\a", "a-0a1b2c3d.json"),
    ("x3-device", "CON", "con-0a1b2c3d.json"),
    ("x3-device-dot", "nul.txt", "nul-txt-0a1b2c3d.json"),
    ("x3-header", "a\r\nSet-Cookie: b", "a-set-cookie-b-0a1b2c3d.json"),
    ("x3-long", "a" * 300, f"{'a' * 40}-0a1b2c3d.json"),
    ("x3-right-to-left", "\u202egnp.exe", "gnp-exe-0a1b2c3d.json"),
    ("x3-arabic", "مرحبا", "conversation-0a1b2c3d.json"),
    ("x3-nothing", "", "conversation-0a1b2c3d.json"),
    ("x3-dots", "...", "conversation-0a1b2c3d.json"),
    ("umlauts", "Grüße", "grüsse-0a1b2c3d.json"),
    ("full-width", "Ａ／Ｂ", "a-b-0a1b2c3d.json"),
    ("chinese", "你好，世界", "你好-世界-0a1b2c3d.json"),
]


@pytest.mark.parametrize(
    ("title", "expected"), [row[1:] for row in TITLES], ids=[row[0] for row in TITLES]
)
def test_a_title_becomes_a_slug_with_the_beginning_of_the_id(title: str, expected: str) -> None:
    assert file_name(title, ID, "json") == expected


def test_without_an_id_the_slug_stands_alone() -> None:
    assert file_name("Plans", "../", "md") == "plans.md"


@given(st.text(), st.text())
def test_x3_no_title_makes_a_name_that_leads_elsewhere(title: str, some_id: str) -> None:
    name = file_name(title, some_id, "json")

    assert re.fullmatch(r"[^\W_]+(-[^\W_]+)*\.json", name)
    assert len(name.encode()) < 255
