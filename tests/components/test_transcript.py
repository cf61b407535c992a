"""Stored messages as they are drawn again: each reply with its own receipt and the code of its own call."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components import receipt, services
from parley.catalog.model import Model
from parley.conversation import LOCAL_OWNER as OWNER
from parley.conversation import Message, MessageState
from parley.endpoint import THIS_MACHINE, Endpoint
from parley.reply import Reply
from tests.pages.chat_page import bubbles, opened, receipts, served, shown, words
from tests.parley.store import turns
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


def named(name: str) -> Endpoint:
    endpoint = services.get().endpoints.named(OWNER, name)
    assert endpoint is not None
    return endpoint


def kept_reply(endpoint: str, base_url: str) -> Message:
    """A reply of an endpoint that need not be reachable."""
    thread = turns.conversation()
    asked = turns.question(thread)
    reply = replace(turns.reply_to(asked), endpoint=endpoint)
    request = replace(turns.request_for(reply), endpoint=endpoint, base_url=base_url)
    store = services.get().store
    store.begin_turn(OWNER, user=asked, reply=reply, request=request, conversation=thread)
    done = replace(reply, text="Because.", state=MessageState.COMPLETE)
    store.finish_reply(OWNER, done, turns.outcome_of(request))
    return done


def with_open_receipt(reply: Reply | Message) -> AppTest:
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


def test_the_code_of_a_reply_outlives_its_endpoint(upstream: Upstream) -> None:
    book = services.get().endpoints
    book.add(OWNER, name="Mine", base_url=upstream.base_url, project=None)
    reply = asked("Hello", endpoint_name="Mine")
    book.remove(OWNER, named("Mine"))

    app = with_open_receipt(reply)

    assert f"base_url={upstream.base_url!r}" in code(app)
    assert "api_key='not-needed'" in code(app)


def test_the_code_of_a_reply_goes_where_the_reply_came_from_though_the_endpoint_has_moved(
    upstream: Upstream,
) -> None:
    book = services.get().endpoints
    book.add(OWNER, name="Mine", base_url=upstream.base_url, project="team/mine")
    reply = asked("Hello", endpoint_name="Mine")
    book.move(OWNER, named("Mine"), f"{upstream.origin}/later/v1")

    app = with_open_receipt(reply)

    assert f"base_url={upstream.base_url!r}" in code(app)
    assert "project='team/mine'" in code(app)


def test_another_endpoint_under_an_old_name_lends_a_reply_nothing(upstream: Upstream) -> None:
    book = services.get().endpoints
    book.add(OWNER, name="Mine", base_url=upstream.base_url, project=None)
    reply = asked("Hello", endpoint_name="Mine")
    book.remove(OWNER, named("Mine"))
    book.add(OWNER, name="Mine", base_url="https://openrouter.ai/api/v1", project="team/other")

    app = with_open_receipt(reply)

    assert f"base_url={upstream.base_url!r}" in code(app)
    assert "OPENROUTER" not in code(app)
    assert "team/other" not in code(app)


def test_the_code_for_a_service_that_wants_a_key_asks_for_it_though_the_endpoint_is_gone() -> None:
    reply = kept_reply("Gone", "https://openrouter.ai/api/v1")

    app = with_open_receipt(reply)

    assert "OPENROUTER_API_KEY" in code(app)


@pytest.mark.parametrize("is_there", [True, False])
def test_a_receipt_of_this_machine_starts_nothing_and_has_no_code(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *, is_there: bool
) -> None:
    weights = tmp_path / "broken.gguf"
    weights.write_bytes(b"not a model")
    monkeypatch.setenv("PARLEY_LOCAL_MODEL", str(weights) if is_there else "off")
    services.stop()
    before = services.get().local_model.phase

    app = with_open_receipt(kept_reply(THIS_MACHINE.name, ""))

    assert receipt.NO_CALL_TO_COPY in words(app)
    assert "curl" not in code(app)
    assert services.get().local_model.phase is before


def test_each_reply_has_its_own_receipt_and_a_retried_one_the_last(upstream: Upstream) -> None:
    upstream.script(status(429, "busy", headers={"Retry-After": "0"}))
    first = asked("One")
    asked("Two and more", first.conversation_id)

    app = with_open_receipt(first)

    assert [line.split(" (")[0] for line in receipts(app)] == ["in 1", "in 3"]
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
