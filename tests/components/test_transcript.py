"""Stored messages as they are drawn again: each reply with its own receipt and the code of its own call."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components import services
from parley.catalog.model import Model
from parley.conversation import LOCAL_OWNER as OWNER
from parley.reply import Reply
from tests.pages.chat_page import bubbles, opened, receipts, served, shown, words
from tests.parley.talk import say
from tests.upstream import Upstream, done, finish, role, status, text


@pytest.fixture(autouse=True)
def upstream(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Upstream]:
    yield from served(upstream, monkeypatch, tmp_path)


def asked(question: str, thread: str | None = None, endpoint_name: str | None = None) -> Reply:
    everything = services.get()
    endpoint = everything.endpoints.named(OWNER, endpoint_name)
    return say(everything.engine, endpoint or everything.endpoints.default(OWNER), question, thread)


def with_open_receipt(reply: Reply) -> AppTest:
    app = opened(c=reply.conversation_id)
    app.session_state[f"receipt-{reply.id}"] = True
    app.run()
    assert not app.exception
    return app


def code(app: AppTest) -> str:
    return "\n".join(str(block.value) for block in app.code)


def test_the_code_of_a_reply_is_its_own_call_and_not_a_later_one() -> None:
    first = asked("One")
    second = asked("Two", first.conversation_id)
    asked("Three", first.conversation_id)

    app = with_open_receipt(second)

    assert "'content': 'One'" in code(app)
    assert "'content': 'You said: One'" in code(app)
    assert "'content': 'Two'" in code(app)
    assert "Three" not in code(app)
    assert "sk-test" not in code(app)


def test_without_its_endpoint_a_reply_keeps_its_receipt_but_has_no_code(
    upstream: Upstream,
) -> None:
    book = services.get().endpoints
    book.add(OWNER, name="Mine", base_url=upstream.base_url, project=None)
    reply = asked("Hello", endpoint_name="Mine")
    mine = book.named(OWNER, "Mine")
    assert mine is not None
    book.remove(OWNER, mine)

    app = with_open_receipt(reply)

    assert "Usage as received:" in words(app)
    assert "curl" not in code(app)
    assert not app.tabs


def test_each_reply_has_its_own_receipt_and_a_retried_one_the_last(upstream: Upstream) -> None:
    upstream.script(status(429, "busy", headers={"Retry-After": "0"}))
    first = asked("One")
    asked("Two and more", first.conversation_id)

    app = with_open_receipt(first)

    assert [receipt.split(" (")[0] for receipt in receipts(app)] == ["in 1", "in 3"]
    calls = [row[1] for row in app.table[-1].value.values if row[0] == "Calls for this reply"]
    assert calls == ["2"]


def test_r5_a_very_long_reply_is_shown_plain_and_whole(upstream: Upstream) -> None:
    said = "![x](http://evil.example/a.png) " * 7_000
    upstream.script(role(), text(said), finish(), done())

    app = opened(c=asked("Long").conversation_id)

    assert "A long text of 224,000 characters, shown plain." in words(app)
    assert app.code[0].value.rstrip() == said.rstrip()


def test_an_image_in_a_reply_is_not_one_on_the_page(upstream: Upstream) -> None:
    upstream.script(role(), text("See ![x](http://evil.example/a.png)!"), finish(), done())

    app = opened(c=asked("Show me").conversation_id)

    assert not any("![" in markdown.value for markdown in app.markdown)
    assert "![x](http" in shown(bubbles(app)[1])


def test_who_answered_is_drawn_as_a_name_and_nothing_else(upstream: Upstream) -> None:
    everything = services.get()
    upstream.script(status(404, {"error": {"message": "No such model"}}))
    reply = say(
        everything.engine,
        everything.endpoints.default(OWNER),
        model=Model("![x](http://evil.example/a.png)"),
    )

    app = opened(c=reply.conversation_id)

    drawn = (*app.caption, *app.markdown, *app.error)
    assert not any("![" in element.value for element in drawn)
    assert not any("![" in button.label for button in app.button)
