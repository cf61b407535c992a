"""What is odd in a file of Parley's own shape is refused with its place and a reason, and nothing else is raised."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.errors import ImportRefused
from parley.limits import LIMITS
from tests.parley.attaching.made import png_bomb
from tests.parley.transfer.files import (
    exported,
    full_record,
    own,
    places,
    plain_record,
    read,
)


def spoiled(path: str, value: Any) -> list[dict[str, Any]]:
    """The full export with another value at a path such as `messages.1.role`."""
    values = own(full_record())
    at: Any = values[0]
    *steps, last = path.split(".")
    for step in steps:
        at = at[int(step)] if step.isdigit() else at[step]
    at[last] = value
    return values


TEN_FILES = [{"name": "a", "kind": "text", "text": "a"}] * 11

REFUSED: list[tuple[str, str, Any, str]] = [
    ("x6-newer-version", "parley_export", 2, "was written by a newer Parley (format 2"),
    ("x6-version-0", "parley_export", 0, "has a format that no Parley wrote"),
    ("x6-version-true", "parley_export", True, "has a format that no Parley wrote"),
    ("x6-version-text", "parley_export", "1", "has a format that no Parley wrote"),
    ("x6-title", "title", 7, "Line 1, entry 1 has something else than text as “title”"),
    ("x6-messages", "messages", {}, "has something else than a list as “messages”"),
    ("x6-message", "messages", [1], "Line 2, entry 1, message 1 is not an object"),
    ("x6-flag", "pinned", 1, "has something else than yes or no as “pinned”"),
    ("x6-settings", "settings", [], "has something else than an object as “settings”"),
    ("x6-temperature", "settings.temperature", 9, "The temperature has to be a number from 0 to 2"),
    ("x6-stop", "settings.stop", "END", "The stop texts are not a list of texts"),
    ("x6-prompt", "settings.system_prompt", 1, "The system prompt is not text"),
    ("x6-long-prompt", "settings.system_prompt", "a" * 20_001, "has 20,001 characters"),
    ("x8-key", "settings.extra_body", {"api_key": "x"}, "seems to hold a key"),
    ("x6-schema", "settings.json_schema", [], "The JSON schema is not a JSON object"),
    ("x6-format", "settings.response_format", ["xml"], "The response format is none"),
    ("x6-schema-text", "settings.json_schema", "{", "“json_schema” is not JSON"),
    ("x6-time", "created_at", "soon", "has no possible time as “created_at”"),
    ("x6-early", "created_at", -1, "has no possible time"),
    ("x6-late", "created_at", 1e18, "has no possible time"),
    ("x6-boolean-time", "created_at", True, "has no possible time"),
    ("x6-time-list", "messages.0.created_at", [], "message 1 has no possible time"),
    ("x6-role", "messages.1.role", "narrator", "message 2 has the role “narrator”"),
    ("x6-developer", "messages.0.role", "developer", "message 1 has the role “developer”"),
    ("x6-no-role", "messages.0.role", None, "message 1 has no role"),
    ("x6-two-prompts", "messages.0.role", "system", "has two system prompts"),
    ("x6-state", "messages.1.state", "dreaming", "has a “state” that Parley does not know"),
    ("x6-no-id", "messages.1.id", "", "message 2 has no id"),
    ("x6-parent", "messages.1.parent_id", "nobody", "whose “parent_id” is none of its messages"),
    ("x6-text", "messages.1.text", ["a"], "has something else than text as “text”"),
    ("x6-long-text", "messages.1.text", "a" * 4_000_001, "has 4,000,001 characters as “text”"),
    ("x6-long-model", "model", "a" * 301, "has 301 characters as “model”"),
    ("x6-tools", "messages.1.tool_calls", [{}], "has something else than short texts"),
    ("x6-receipt", "messages.1.receipt", [], "has something else than an object as “receipt”"),
    ("x6-notice", "messages.1.notice", "a", "has something else than an object as “notice”"),
    ("files", "messages.0.attachments", TEN_FILES, "has more than 10 attachments"),
    ("file-kind", "messages.0.attachments.0.kind", "film", "attachment 1 is of a “kind”"),
    ("file-base64", "messages.0.attachments.1.data", "%%%", "has “data” that is not base64"),
    ("file-text", "messages.0.attachments.1.data", "aGVsbG8=", "attachment 2 is no image"),
    ("file-damaged", "messages.0.attachments.1.data", "iVBORw0KGgo=", "is a damaged image"),
    ("file-nothing", "messages.0.attachments.1.data", "", "attachment 2"),
]


@pytest.mark.parametrize(
    ("path", "value", "reason"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_what_no_parley_wrote_is_refused_with_place_and_reason(
    path: str, value: Any, reason: str
) -> None:
    with pytest.raises(ImportRefused) as caught:
        read(spoiled(path, value) if path != "messages" else _with(value))

    assert reason in caught.value.title
    assert caught.value.advice


def _with(messages: Any) -> bytes:
    """On the second line, as an export has it."""
    values = own(full_record())
    values[0]["messages"] = messages
    return b"[\n" + json.dumps(values[0]).encode() + b"\n]"


def test_a_place_names_the_line_of_the_file() -> None:
    data = exported(plain_record("a"), plain_record("b")).replace(b'"role":"user"', b'"role":7')

    with pytest.raises(ImportRefused) as caught:
        read(data)

    assert caught.value.title.startswith("Line 2, entry 1, message 1 has something else than text")


def test_x6_messages_in_a_circle_are_refused() -> None:
    values = own(plain_record("a", "b"))
    values[0]["messages"][0]["parent_id"] = values[0]["messages"][1]["id"]

    with pytest.raises(ImportRefused, match="follow each other in a circle"):
        read(values)


def test_x6_two_messages_of_one_id_are_refused() -> None:
    values = own(plain_record("a", "b"))
    values[0]["messages"][1]["id"] = values[0]["messages"][0]["id"]

    with pytest.raises(ImportRefused, match="message 2 has the id of another one"):
        read(values)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (bytes(LIMITS.attachment_bytes + 1), "has 5,000,001 bytes"),
        (png_bomb(20_000, 20_000), "pixels"),
    ],
    ids=["bytes", "pixels"],
)
def test_an_image_larger_than_one_may_be_is_refused(data: bytes, reason: str) -> None:
    values = spoiled("messages.0.attachments.1.data", base64.b64encode(data).decode())

    with pytest.raises(ImportRefused, match=reason):
        read(values)


@given(st.data())
def test_x6_whatever_stands_in_place_of_a_value_nothing_but_a_refusal_is_raised(
    data: st.DataObject,
) -> None:
    values = own(full_record())
    place = data.draw(st.sampled_from(places(values)))
    odd = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9)
    place(data.draw(odd | st.lists(odd, max_size=2) | st.dictionaries(st.text(), odd, max_size=2)))

    try:
        imported = read(values)
    except ImportRefused as refused:
        assert refused.title.endswith(".")
    else:
        assert exported(*imported.records)
