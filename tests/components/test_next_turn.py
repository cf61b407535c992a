"""The price of the next turn, told before it is sent, and worked out only for who asks."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components import services
from components.next_turn import NONE_CHEAPER, NOT_NOW, headline, notes, table_of
from parley.context import Carried
from parley.conversation import LOCAL_OWNER as OWNER
from parley.next_turn_cost import BeforeSending, Draft, before_sending
from parley.pricing.sanity import free_price
from parley.usage import Count, State
from parley.usual_turn import Seen, given
from tests.components.priced_talk import MODELS, listed, talk, words
from tests.pages.chat_page import served
from tests.parley.calls import OWN, model
from tests.parley.talk import begin
from tests.steps import done, finish, role, text, wait_for
from tests.upstream import Upstream

COUNTS = ({"prompt": 1000, "completion": 100}, {"prompt": 2000, "completion": 200})
DRAFT = Draft(
    Carried(Count(1000, State.ESTIMATED), 4.0, is_learned=True),
    message=Seen(40, 400, 4000, 5),
    answer=Seen(10, 100, 1000, 5),
)


@pytest.fixture(autouse=True)
def upstream(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Upstream]:
    for served_by in served(upstream, monkeypatch, tmp_path):
        served_by.models = {"data": MODELS}
        yield served_by


def script(conversation_id: str | None, model_id: str | None) -> None:
    import streamlit as st

    from components import foot, next_turn, services, thread
    from components.choice import Choice
    from components.state import Session
    from parley.conversation import LOCAL_OWNER

    everything, session = services.get(), Session()
    endpoint = everything.endpoints.default(LOCAL_OWNER)
    held = everything.store.conversation(LOCAL_OWNER, conversation_id) if conversation_id else None
    read = thread.read(everything, LOCAL_OWNER, held, 0) if held else None

    model = everything.model(endpoint, model_id) if model_id else None
    next_turn.show(
        everything,
        LOCAL_OWNER,
        session,
        read,
        Choice(endpoint, model),
        lambda: (foot.carried_by(session, read), st.text("worked out"))[0],
    )


def drawn(conversation_id: str | None = None, model_id: str | None = "big") -> AppTest:
    everything = services.get()
    everything.listing(everything.endpoints.default(OWNER))
    return AppTest.from_function(script, args=(conversation_id, model_id), default_timeout=20).run()


def opened(conversation_id: str | None = None, model_id: str | None = "big") -> AppTest:
    app = drawn(conversation_id, model_id)
    app.session_state["next-turn"] = True
    app.run()
    assert not app.exception
    return app


def test_nothing_is_worked_out_while_it_is_closed(upstream: Upstream) -> None:
    app = drawn(talk(upstream, *COUNTS))

    assert not app.exception
    assert not app.text
    assert not words(app)


def test_the_next_turn_is_told_with_its_range_and_what_it_rests_on(upstream: Upstream) -> None:
    app = opened(talk(upstream, *COUNTS))

    said = words(app)
    assert "Next turn ≈$0.00051 ($0.00051 to $0.00057)" in said
    assert "≈2,200 tokens carried" in said
    assert "a message of 5 characters, the middle of 2 (5 to 5)" in said
    assert "an answer of 100 tokens, the middle of 2 (100 to 200)" in said
    assert (
        "big: $0.20 in ($0.03 cached) · $0.65 out per million tokens (the endpoint's own list, 2"
        in said
    )


def test_the_cheapest_of_the_others_that_fit_stand_below(upstream: Upstream) -> None:
    app = opened(talk(upstream, *COUNTS))

    table = app.table[0].value
    shown = [[str(cell).replace("\\", "") for cell in row] for row in table.values]
    assert shown == [
        ["big (chosen)", "≈$0.00051", "$0.00051 to $0.00057"],
        ["dear", "≈$0.0051", "$0.0051 to $0.0057"],
    ]
    assert "dear: $2.00 in · $6.50 out per million tokens" in words(app)
    assert "no ratio seen: the same tokens are assumed" in words(app)


def test_while_a_reply_is_written_nothing_is_worked_out(upstream: Upstream) -> None:
    ends = threading.Event()
    upstream.script(role(), text("Yes"), wait_for(ends), finish(), done())
    everything = services.get()
    reply = begin(everything.engine, everything.endpoints.default(OWNER))

    app = opened(reply.message.conversation_id)
    ends.set()
    assert reply.wait_until_ended(15)

    assert NOT_NOW in words(app)
    assert not app.text


def test_without_a_model_it_asks_for_one() -> None:
    app = opened(None, None)

    assert "Choose a model" in words(app)
    assert not app.text


def test_u41_of_an_empty_chat_nothing_is_known_and_that_is_not_0() -> None:
    said = words(opened())

    assert "Next turn –" in said
    assert "a message of unknown length · an answer of unknown length" in said
    assert NONE_CHEAPER in said


def test_what_stands_in_the_long_editor_and_the_limit_of_the_answer_are_counted() -> None:
    app = drawn()
    app.session_state["next-turn"] = True
    app.session_state["is_writing_long"] = True
    app.session_state["long-message"] = "x" * 4_000

    app.run()

    assert "a message of 4,000 characters" in words(app)
    assert "Next turn ≥$0.00020" in words(app)


def test_a_window_that_is_too_small_is_told(upstream: Upstream) -> None:
    app = opened(talk(upstream, *COUNTS), "tiny")

    assert "The window of this model does not take the next turn." in words(app)


def test_c6_a_hostile_id_is_shown_as_it_is(upstream: Upstream) -> None:
    hostile = "![x](http://evil.example)"
    upstream.models = {"data": [*MODELS, listed(hostile, 8_000, "0.0000001", "0.0000001")]}

    app = opened(talk(upstream, *COUNTS))

    assert hostile in words(app)
    assert "![x]" not in "\n".join(caption.value for caption in app.caption)
    assert "![x]" not in str(app.table[0].value.values)


def found(draft: Draft = DRAFT, rate: str | None = "1") -> BeforeSending:
    return before_sending(draft, model(OWN, rate, 9000), [model("b", "2", 9000)])


@pytest.mark.parametrize(
    ("draft", "rate", "said"),
    [
        (DRAFT, "1", "Next turn ≈$0.0012 ($0.0010 to $0.0030)"),
        (replace(DRAFT, answer=None), "1", "Next turn ≥$0.0010"),
        (DRAFT, None, "Next turn –"),
        (replace(DRAFT, message=given(400), answer=given(100)), "1", "Next turn ≈$0.0012"),
    ],
    ids=["all", "no-answer", "u41-no-price", "no-spread"],
)
def test_the_headline_has_the_sign_of_its_state(draft: Draft, rate: str | None, said: str) -> None:
    assert headline(found(draft, rate).here) == said


def test_a_free_model_is_free() -> None:
    free = before_sending(DRAFT, model(OWN, free_price("a list")), [])

    assert headline(free.here) == "Next turn free"
    assert table_of(free)["Range"] == ["–"]


def test_each_price_has_its_source_and_another_models_tokens_what_they_rest_on() -> None:
    here, other = notes([found().here, *found().cheapest], OWN, None)
    unknown = notes([found(rate=None).here], OWN, None)

    assert here == "own: $1.00 in · $1.00 out per million tokens (a list)"
    assert other.endswith("(a list); no ratio seen: the same tokens are assumed")
    assert unknown == ["own: price –"]


def test_a_cheaper_model_costs_by_its_own_price() -> None:
    assert found().cheapest[0].amount == Decimal("0.0024")
