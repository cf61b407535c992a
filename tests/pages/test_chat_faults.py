"""What an endpoint does wrong is a notice on the chat page; the question is kept or given back, the text kept."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from components import services
from parley.conversation import LOCAL_OWNER
from parley.errors import Notice, StoreError
from parley.reply import Reply
from tests.pages.chat_page import (
    box,
    bubbles,
    click,
    conversation_id,
    notice,
    offered_models,
    opened,
    picked,
    receipts,
    send,
    served,
    stored,
    totals,
    words,
)
from tests.parley.faults import FAULTS
from tests.parley.talk import begin, wait_until
from tests.upstream import Upstream, cut, raw, role, silence, status, text, wait, wait_for

IMAGE = "![x](http://evil.example/a.png)"
QUICK = [name for name in FAULTS if not name.startswith(("U-14", "U-15", "U-16", "U-17", "U-25"))]


@pytest.fixture(autouse=True)
def upstream(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Upstream]:
    yield from served(upstream, monkeypatch, tmp_path)


def kind_of(told: Notice | None) -> str:
    return told.kind if told else ""


@pytest.mark.parametrize("name", QUICK)
def test_a_fault_of_the_endpoint_is_a_notice_and_the_question_is_kept_or_given_back(
    name: str, upstream: Upstream
) -> None:
    fault = FAULTS[name]
    upstream.script(*fault.steps)

    app = send(opened(), "My question")

    assert len(app.error) == 1
    assert kind_of(stored(app)[1].notice) == fault.kind
    assert fault.detail in words(app)
    assert stored(app)[0].text == "My question"
    assert stored(app)[1].text.startswith(fault.kept)
    answer = stored(app)[1]
    assert box(app) == ("" if answer.text or answer.reasoning else "My question")
    assert not any("<script" in error.value for error in (*app.error, *app.markdown))


def test_u1_a_rejected_key_is_told_with_what_to_check_and_no_usage(upstream: Upstream) -> None:
    upstream.script(status(401, {"error": {"message": "bad key sk-test"}}))

    app = send(opened(), "My question")

    assert notice(app) == "**The endpoint rejected the API key.** Check the key in Settings."
    assert [code.value for code in app.code] == ["bad key [key]"]
    assert receipts(app) == ["No usage: the endpoint refused the call (HTTP status 401)"]
    assert totals(app) == "No usage yet."
    assert len(upstream.chats) == 1


def test_what_an_interrupted_reply_used_is_no_part_of_the_totals_but_weakens_them() -> None:
    app = send(opened(), "Hello")
    everything = services.get()
    (entry,) = everything.store.ledger(LOCAL_OWNER)
    everything.store.add_request(LOCAL_OWNER, replace(entry.request, attempt_id="interrupted"))

    app.run()

    assert totals(app).endswith("1 reply unpriced · 1 reply · 1 not finished")
    assert totals(app).startswith("≥")


def test_a_question_that_was_given_back_can_be_sent_again(upstream: Upstream) -> None:
    upstream.script(status(500, "no"))
    app = send(opened(), "My question")

    send(app, box(app))

    assert [message.text for message in stored(app)] == ["My question", "You said: My question"]
    assert "2/2" in words(app)
    assert box(app) == ""
    assert not app.error


def test_a_question_that_failed_is_in_the_box_again_after_the_page_was_loaded_anew(
    upstream: Upstream,
) -> None:
    upstream.script(status(500, "no"))
    app = send(opened(), "My question")

    again = opened(c=conversation_id(app))

    assert box(again) == "My question"
    assert "Send it again to ask it." in words(again)
    click(again, "New chat")
    click(again, "My question")
    assert box(again) == ""


def test_a_reply_that_was_cut_is_kept_and_says_so(upstream: Upstream) -> None:
    upstream.script(role(), text("The beginning"), cut())

    app = send(opened(), "My question")

    assert bubbles(app)[1].startswith("assistant | big | ")
    assert "The beginning" in words(app)
    assert "The connection was lost before the reply was complete." in notice(app)
    assert "out ≥1" in receipts(app)[0]


def test_what_an_endpoint_says_is_shown_as_plain_text(upstream: Upstream) -> None:
    upstream.script(status(400, {"error": {"message": IMAGE, "param": IMAGE}}))

    app = send(opened(), "My question")

    assert IMAGE in [code.value for code in app.code]
    assert not any("![x](" in shown.value for shown in (*app.error, *app.markdown, *app.caption))


def test_u4_a_model_that_is_not_known_comes_with_the_nearest_one(upstream: Upstream) -> None:
    upstream.script(status(404, {"error": {"message": "The model `smal` does not exist"}}))
    app = send(opened(model="smal"), "My question")
    given_back = box(app)

    click(app, "Use small instead")

    assert given_back == "My question"
    assert picked(app)[1] == "small"


def test_u11_a_server_that_does_not_run_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{unused.getsockname()[1]}"
    monkeypatch.setenv("OPENAI_BASE_URL", f"http://{host}/v1")

    app = send(opened(model="m"), "My question")

    assert f"No connection to {host}." in notice(app)
    assert box(app) == "My question"


def stopped(upstream: Upstream, said: str) -> Reply:
    """A reply that was stopped after so much had come."""
    everything = services.get()
    upstream.script(role(), text(said) if said else raw(b""), silence())
    reply = begin(everything.engine, everything.endpoints.default(LOCAL_OWNER))
    upstream.wait_for_requests(1)
    assert not said or reply.wait(0, 5)
    reply.stop()
    assert reply.wait_until_ended(5)
    return reply


@pytest.mark.parametrize(
    ("said", "note"),
    [
        ("The beginning", "Stopped; what had arrived is kept."),
        ("", "Stopped before the first word."),
    ],
)
def test_a_stopped_reply_says_so_and_keeps_what_came(
    said: str, note: str, upstream: Upstream
) -> None:
    reply = stopped(upstream, said)

    app = opened(c=reply.conversation_id)

    assert said in words(app)
    assert note in words(app)
    assert "out ≥" in receipts(app)[0]
    assert not app.error


def test_without_a_model_list_the_page_says_why_and_any_id_can_be_typed(
    upstream: Upstream,
) -> None:
    upstream.models_steps = (status(503, "busy"),)

    app = opened()
    empty = (notice(app), picked(app)[1], words(app))
    typed = send(opened(model="my-model"), "Hello")

    assert "overloaded" in empty[0]
    assert empty[1] is None
    assert "Choose a model above, or type its id" in empty[2]
    assert "You said: Hello" in words(typed)


def test_a_silent_model_list_does_not_keep_the_message_box_away(upstream: Upstream) -> None:
    everything = services.get()
    may_answer = threading.Event()
    upstream.models_steps = (wait_for(may_answer), status(200, {"data": [{"id": "late"}]}))
    began = time.monotonic()

    app = send(opened(model="my-model"), "Hello")
    seconds = time.monotonic() - began
    meanwhile = words(app)
    may_answer.set()
    wait_until(
        lambda: everything.catalog.peek(everything.endpoints.default(LOCAL_OWNER)) is not None
    )
    app.run()

    assert seconds < 8
    assert "You said: Hello" in meanwhile
    assert "The model list is still being fetched." in meanwhile
    assert "still being fetched" not in words(app)
    assert offered_models(app) == ["my-model", "late"]


def test_a_failed_reply_that_cannot_be_stored_either_is_told_once_and_ends(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise StoreError

    upstream.script(status(500, "no"))
    app = opened()
    monkeypatch.setattr(services.get().store, "finish_reply", full)

    send(app, "My question")

    assert "overloaded" in notice(app)
    assert "could not be saved" in notice(app)
    assert bubbles(app)[0] == "user | My question"


def test_a_slow_failure_gives_the_question_back_too(upstream: Upstream) -> None:
    upstream.script(wait(0.3), status(500, "no"))

    app = send(opened(), "My question")

    assert box(app) == "My question"
    assert len(app.error) == 1
