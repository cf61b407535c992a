"""A chat whose model is gone or going: the head says until when, and the conversation goes on with the replacement."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.pages.chat_page import bubbles, click, opened, picked, send, served, words
from tests.upstream import Upstream

END = datetime.now(UTC).date() + timedelta(days=12)
LIST = {
    "data": [
        {"id": "old", "deprecation": END.isoformat(), "deprecation_replacement_model": "new"},
        {"id": "new"},
    ]
}


@pytest.fixture(autouse=True)
def upstream(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Upstream]:
    yield from served(upstream, monkeypatch, tmp_path, LIST)


def test_the_conversation_goes_on_with_the_replacement_after_one_click(upstream: Upstream) -> None:
    app = send(opened(model="old"), "One")
    said = words(app)

    send(click(app, "Continue with new"), "Two")

    assert f"it retires in 12 days, on {END.isoformat()}. Its replacement is new." in said
    assert [asked.body["model"] for asked in upstream.chats] == ["old", "new"]
    assert [bubble for bubble in bubbles(app) if bubble.startswith("assistant")] == [
        "assistant | old | You said: One",
        "assistant | new | You said: Two",
    ]
    assert picked(app)[1] == "new"
    assert "it retires" not in words(app)


def test_a_chat_with_a_model_that_stays_says_nothing_of_it() -> None:
    assert "retire" not in words(opened(model="new"))
