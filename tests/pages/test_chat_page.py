"""The chat page as a person meets it: real services, real store, real replies over a real socket."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from components import services
from parley.conversation import LOCAL_OWNER
from tests.pages.chat_page import (
    bubbles,
    click,
    conversation_id,
    offered_models,
    opened,
    pick,
    picked,
    receipts,
    send,
    served,
    stored,
    totals,
    words,
)
from tests.parley.talk import say
from tests.upstream import (
    Upstream,
    chunk,
    done,
    finish,
    reasoning,
    role,
    text,
    usage,
)


@pytest.fixture(autouse=True)
def upstream(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Upstream]:
    yield from served(upstream, monkeypatch, tmp_path)


def test_an_empty_chat_says_what_to_do_and_which_model_answers() -> None:
    app = opened()

    assert [title.value for title in app.title] == ["Ask a model"]
    assert "Write a message below; **big** answers." in words(app)
    assert "$0.20 in ($0.03 cached) · $0.65 out per million tokens · 8,000 tokens" in words(app)
    assert picked(app)[1] == "big"


def test_only_models_to_chat_with_are_offered() -> None:
    app = opened()

    assert offered_models(app) == ["big", "small"]


def test_a_message_gets_a_reply_and_a_receipt_with_the_endpoints_figures(
    upstream: Upstream,
) -> None:
    upstream.script(
        role(), text("Hello **you**"), finish(), usage(1204, 318, cached=900, reasoning=210), done()
    )

    app = send(opened(), "Hi there")

    assert bubbles(app) == ["user | Hi there", "assistant | big | Hello **you**"]
    (receipt,) = receipts(app)
    assert receipt.startswith("in 1,204 (cached 900) · out 318 (reasoning 210) · cost $0.00029 · ")
    assert "ms to first token" in receipt
    assert receipt.endswith("19 % of context")
    assert totals(app) == "1,204 tokens in · 318 out · cost $0.00029 · 1 reply"
    assert [subheader.value for subheader in app.subheader] == ["Hi there"]


def test_what_is_unknown_is_a_dash_and_an_estimate_is_marked(upstream: Upstream) -> None:
    upstream.script(role(), text("Hello"), finish(), done())

    app = send(opened(model="unheard-of"), "Hi there")

    (receipt,) = receipts(app)
    assert receipt.startswith("in ≈2 (cached –) · out ≈2 (reasoning –) · cost – · ")
    assert receipt.endswith("– tokens/s · – of context")
    assert totals(app) == "≈2 tokens in · ≈2 out · cost – · 1 reply"
    assert "price – · context –" in words(app)


def test_what_was_typed_is_shown_as_typed_and_sent_unaltered(upstream: Upstream) -> None:
    typed = "<script>x</script> $5 :red[x] ![x](http://evil.example/a.png) **b**"

    app = send(opened(), typed)

    assert upstream.chats[0].body["messages"] == [{"role": "user", "content": typed}]
    assert app.chat_message[0].text[0].value == typed
    assert not any("![" in shown.value for shown in (*app.markdown, *app.subheader, *app.caption))


def test_the_conversation_goes_on_and_its_totals_grow(upstream: Upstream) -> None:
    app = send(opened(), "One")

    send(app, "Two and more")

    assert [message["role"] for message in upstream.chats[1].body["messages"]] == [
        "user",
        "assistant",
        "user",
    ]
    assert len(receipts(app)) == 2
    assert totals(app) == "4 tokens in · 6 out · cost $0.0000047 · 2 replies"


def test_the_model_may_be_changed_and_each_reply_names_who_answered(upstream: Upstream) -> None:
    app = send(opened(), "One")

    send(pick(app, "Model", "small"), "Two")

    assert [received.body["model"] for received in upstream.chats] == ["big", "small"]
    assert [bubble for bubble in bubbles(app) if bubble.startswith("assistant")] == [
        "assistant | big | You said: One",
        "assistant | small | You said: Two",
    ]
    assert "1 reply unpriced" in totals(app)


def test_u39_a_reply_names_the_model_that_really_answered(upstream: Upstream) -> None:
    said = {"model": "big-2026", "choices": [{"index": 0, "delta": {"content": "Hi"}}]}
    upstream.script(chunk(said), done())

    app = send(opened(), "Hello")

    assert bubbles(app)[1] == "assistant | big-2026 | Hi"


def test_the_last_model_is_remembered_in_a_new_tab_and_a_new_chat() -> None:
    app = send(pick(opened(), "Model", "small"), "One")

    click(app, "New chat")

    assert picked(app)[1] == "small"
    assert picked(opened())[1] == "small"


def test_a_model_in_the_address_is_chosen_once() -> None:
    app = opened(model="small")

    assert picked(app)[1] == "small"
    assert "model" not in app.query_params
    assert picked(pick(app, "Model", "big"))[1] == "big"


def test_a_model_that_the_list_does_not_hold_can_be_talked_to(upstream: Upstream) -> None:
    app = send(opened(model="my/own-model"), "Hi")

    assert upstream.chats[0].body["model"] == "my/own-model"
    assert bubbles(app)[1] == "assistant | my/own-model | You said: Hi"


def test_a_retired_model_is_said_to_be_retired() -> None:
    app = opened(model="old")

    assert "price – · context –" in words(app)
    assert any("This model is retired" in warning.value for warning in app.warning)


def test_new_chat_begins_on_a_clean_page_and_the_old_one_is_listed() -> None:
    app = send(opened(), "The first question")
    first = conversation_id(app)

    click(app, "New chat")
    empty = (bubbles(app), "c" in app.query_params)
    click(app, "The first question")

    assert empty == ([], False)
    assert conversation_id(app) == first
    assert bubbles(app)[0] == "user | The first question"


def test_a_refresh_finds_the_conversation_by_its_address() -> None:
    app = send(pick(opened(), "Model", "small"), "Remember me")

    again = opened(c=conversation_id(app))

    assert bubbles(again) == bubbles(app)
    assert receipts(again) == receipts(app)
    assert totals(again) == totals(app)
    assert picked(again)[1] == "small"


def test_a_conversation_survives_a_restart() -> None:
    app = send(opened(), "Remember me")
    services.stop()

    again = opened(c=conversation_id(app))

    assert bubbles(again) == bubbles(app)
    assert receipts(again) == receipts(app)


def test_the_address_is_written_back_after_another_page_was_visited() -> None:
    app = send(opened(), "Hello")
    address = conversation_id(app)

    app.switch_page("models.py").run()
    app.switch_page("chat.py").run()

    assert conversation_id(app) == address
    assert bubbles(app)[0] == "user | Hello"


def test_all_that_a_model_thought_is_there_when_the_answer_begins(upstream: Upstream) -> None:
    thoughts = [f"Thought {number} of many, and none of them is short. " for number in range(60)]
    upstream.script(role(), *(reasoning(each) for each in thoughts), text("Four"), finish(), done())

    app = send(opened(), "Two and two?")

    (thinking,) = [e for e in app.expander if e.label == "Thinking"]
    assert [text.value for text in thinking.text] == ["".join(thoughts).strip()]


def test_what_a_model_thought_is_kept_apart_and_stays_after_a_refresh(upstream: Upstream) -> None:
    upstream.script(role(), reasoning("Let me see."), text("Four"), finish(), usage(3, 9), done())

    app = send(opened(), "Two and two?")
    again = opened(c=conversation_id(app))

    for page in (app, again):
        (thinking,) = [e for e in page.expander if e.label == "Thinking"]
        assert [shown.value for shown in thinking.text] == ["Let me see."]
        assert page.chat_message[1].markdown[-1].value == "Four"


def test_u31_a_tool_that_a_model_asks_for_is_named_and_not_run(upstream: Upstream) -> None:
    calls = [{"index": 0, "function": {"name": "rm_rf", "arguments": '{"path": "/"}'}}]
    upstream.script(
        chunk({"choices": [{"index": 0, "delta": {"tool_calls": calls}}]}),
        finish("tool_calls"),
        done(),
    )

    app = send(opened(), "Clean up")

    assert "The model asked to call a tool (rm_rf); this app runs none." in words(app)
    assert "tool_calls" not in str(upstream.chats[0].body)


def test_the_last_messages_are_shown_and_all_of_them_on_demand() -> None:
    everything = services.get()
    endpoint = everything.endpoints.default(LOCAL_OWNER)
    thread = say(everything.engine, endpoint, "Question 0").conversation_id
    for number in range(1, 30):
        say(everything.engine, endpoint, f"Question {number}", thread)
    app = opened(c=thread)
    first_page = bubbles(app)

    click(app, "Show earlier messages (50)")
    second_page = bubbles(app)
    click(app, "Show earlier messages (20)")

    assert len(first_page) == 10
    assert first_page[0] == "user | Question 25"
    assert len(second_page) == 40
    assert len(bubbles(app)) == 60
    assert bubbles(app)[0] == "user | Question 0"
    assert not any("Show earlier" in button.label for button in app.button)


def test_one_conversation_has_each_message_once_and_in_order(upstream: Upstream) -> None:
    app = opened()

    for number in range(5):
        send(app, f"Question {number}")

    expected = [word for n in range(5) for word in (f"Question {n}", f"You said: Question {n}")]
    assert [message.text for message in stored(app)] == expected
    assert len(services.get().store.ledger(LOCAL_OWNER)) == len(upstream.chats) == 5
