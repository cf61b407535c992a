"""The reader's own use, typed, carried by a link, or taken from a conversation, and the cheapest model for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components import services
from components.cheapest_model import cheapest_words
from components.my_use import ASSUMED_REQUESTS, average_words
from parley.catalog.model import Fact, Model
from parley.conversation import LOCAL_OWNER as OWNER
from parley.cost_of_use import cheapest_that_fits
from parley.pricing.monthly import AverageUse, Use
from parley.pricing.price import Price
from parley.pricing.sanity import free_price
from tests.pages.chat_page import served
from tests.parley.talk import say
from tests.steps import done, finish, role, text, usage
from tests.upstream import Upstream

KEYS = ("use-in", "use-out", "use-cached", "use-requests")
PRICE = Price(Decimal(1), Decimal(2), source="bundled list", as_of=date(2026, 9, 22))
AVERAGE = AverageUse(
    1000, 100, 0, replies=1, left_out=0, cache_unsaid=0, largest=3000, longest_output=100
)


@pytest.fixture(autouse=True)
def upstream(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Upstream]:
    yield from served(upstream, monkeypatch, tmp_path)


def model(model_id: str, price: Price | None = PRICE, window: int | None = 8000) -> Model:
    known = {"price": price, "context_window": window}
    facts = (Fact(n, v, "bundled list", date(2026, 9, 22)) for n, v in known.items() if v)
    return Model(model_id, tuple(facts))


def use_page() -> None:
    import streamlit as st

    from components import cheapest_model, my_use, services
    from components.state import Session
    from parley.conversation import LOCAL_OWNER

    use = my_use.show(services.get(), LOCAL_OWNER, Session())
    assert my_use.asked_use(Session()) == use
    st.text(repr(use))
    cheapest_model.show(services.get(), LOCAL_OWNER, Session(), st.session_state["models"])


def opened(models: tuple[Model, ...] = (), **address: str) -> AppTest:
    app = AppTest.from_function(use_page)
    app.session_state["models"] = models
    for name, value in address.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def address(app: AppTest) -> Any:
    return app.query_params.get("use")


def numbers(app: AppTest) -> list[float | None]:
    return [app.number_input(key=key).value for key in KEYS]


def words(app: AppTest) -> str:
    said = [str(element.value) for kind in (app.caption, app.warning) for element in kind]
    return "\n".join(said).replace("\\", "")


def talk(upstream: Upstream, *counts: dict[str, Any] | None, title: str = "Hello") -> str:
    """One conversation, a reply for each usage; `None` reports none. Returns its id."""
    everything = services.get()
    conversation_id: str | None = None
    for count in counts:
        told = [] if count is None else [usage(**count)]
        upstream.script(role(), text("Yes."), finish(), *told, done())
        endpoint = everything.endpoints.default(OWNER)
        reply = say(everything.engine, endpoint, title, conversation_id)
        conversation_id = reply.message.conversation_id
    assert conversation_id is not None
    return conversation_id


def test_typed_numbers_make_a_use_and_go_into_the_address() -> None:
    app = opened()

    app.number_input(key="use-in").set_value(1200).run()
    unfinished = address(app)
    app.number_input(key="use-out").set_value(300).run()
    app.number_input(key="use-requests").set_value(50).run()

    assert unfinished == "1200,,,"
    assert address(app) == "1200,300,,50"
    assert app.text[0].value == repr(Use(1200, 300, 0, 50))


def test_a_link_carries_the_use() -> None:
    app = opened(use="1200,300,100,50")

    assert numbers(app) == [1200, 300, 100, 50]
    assert app.text[0].value == repr(Use(1200, 300, 100, 50))


def test_emptied_boxes_leave_a_clean_address() -> None:
    app = opened(use="1200,,,")

    app.number_input(key="use-in").set_value(None).run()

    assert address(app) is None
    assert "With tokens in, tokens out and requests" in words(app)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("many,300,0,50", "cannot be read"),
        ("9,2,3,4,5", "cannot be read"),
        ("1200,300,5000,50", "part of the input"),
        ("0,0,0,50", "without any tokens"),
        ("1200,300,0,0", "Requests per month"),
    ],
)
def test_numbers_that_cannot_be_get_one_sentence_and_no_cost(asked: str, sentence: str) -> None:
    app = opened(use=asked)

    assert len(app.warning) == 1
    assert sentence in words(app)


@pytest.mark.parametrize("asked", ["1200", "1200,300", "1200, 300,,50"])
def test_a_short_address_is_understood(asked: str) -> None:
    assert len(opened(use=asked).warning) == 0


def test_the_averages_of_a_conversation_fill_the_boxes_and_say_what_they_were_taken_from(
    upstream: Upstream,
) -> None:
    talk(upstream, {"prompt": 1000, "completion": 100, "cached": 500})
    taken = talk(
        upstream,
        {"prompt": 2000, "completion": 200, "cached": 1000},
        {"prompt": 4000, "completion": 400},
        None,
    )
    app = opened()

    app.selectbox(key="use-conversation").select(taken).run()

    assert numbers(app) == [3000, 300, 500, ASSUMED_REQUESTS]
    assert "Averages of 2 replies. Left out: 1 call without reported figures." in words(app)
    assert "Of 1 reply nobody said what was cached: taken as nothing." in words(app)


def test_requests_that_were_typed_stay_when_tokens_are_taken(upstream: Upstream) -> None:
    taken = talk(upstream, {"prompt": 1000, "completion": 100})
    app = opened(use=",,,7")

    app.selectbox(key="use-conversation").select(taken).run()

    assert address(app) == "1000,100,0,7"


def test_numbers_changed_by_hand_are_no_averages_any_more(upstream: Upstream) -> None:
    taken = talk(upstream, {"prompt": 1000, "completion": 100})
    app = opened()
    app.selectbox(key="use-conversation").select(taken).run()

    app.number_input(key="use-in").set_value(5).run()

    assert "The numbers were changed since they were taken." in words(app)
    assert "Averages" not in words(app)


def test_u34_nothing_is_taken_where_nothing_was_reported(upstream: Upstream) -> None:
    taken = talk(upstream, None)
    app = opened()

    app.selectbox(key="use-conversation").select(taken).run()

    assert numbers(app) == [None] * 4
    assert "No reply of this conversation reported what it used" in words(app)


def test_the_last_conversation_comes_first_and_a_deleted_one_is_no_choice(
    upstream: Upstream,
) -> None:
    first = talk(upstream, {"prompt": 1, "completion": 1}, title="First")
    talk(upstream, {"prompt": 1, "completion": 1}, title="![x](http://evil.example)")
    app = opened()
    app.selectbox(key="use-conversation").select(first).run()
    options = list(app.selectbox(key="use-conversation").options)

    services.get().store.delete_conversation(OWNER, first)
    app.run()

    assert options == ["![x](http://evil.example)", "First"]
    assert app.selectbox(key="use-conversation").value is None
    assert not app.exception


def test_a_choice_that_is_taken_back_changes_nothing(upstream: Upstream) -> None:
    taken = talk(upstream, {"prompt": 1000, "completion": 100})
    app = opened()
    app.selectbox(key="use-conversation").select(taken).run()

    app.selectbox(key="use-conversation").set_value(None).run()

    assert numbers(app) == [1000, 100, 0, ASSUMED_REQUESTS]


def test_the_cheapest_that_holds_the_largest_request_of_the_last_conversation_is_one_click_away(
    upstream: Upstream,
) -> None:
    small = {"prompt": 1000, "completion": 100}
    talk(upstream, small, {"prompt": 2800, "completion": 200})
    dear = Price(Decimal(9), Decimal(9), source="bundled list")
    models = (model("lab/dear", dear), model("lab/right"), model("lab/tiny", window=2500))

    app = opened(models, cheapest="true")
    app.button(key="open-cheapest").click().run()

    assert app.query_params["model"] in ("lab/right", ["lab/right"])
    assert "lab/right, ≈$0.0022 for a request like those of “Hello”" in words(app)
    assert "at most 3,000 together" in words(app)
    assert "bundled list, 2026‑09‑22" in words(app)
    assert "Of 3 chat models: 2 fitting and priced, 1 too small." in words(app)


def test_nothing_is_worked_out_before_it_is_asked_for(upstream: Upstream) -> None:
    talk(upstream, {"prompt": 1000, "completion": 100})

    app = opened((model("lab/a"),))

    assert not app.button


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (lambda upstream: None, "There is no conversation yet."),
        (lambda upstream: talk(upstream, None), "no reply that reported"),
        (
            lambda upstream: talk(upstream, {"prompt": 0, "completion": 0}),
            "A request without any tokens",
        ),
    ],
    ids=["no conversation", "nothing reported", "no tokens"],
)
def test_without_figures_no_model_is_called_cheapest(
    upstream: Upstream, said: Callable[[Upstream], object], sentence: str
) -> None:
    said(upstream)

    app = opened((model("lab/a"),), cheapest="true")

    assert sentence in words(app)
    assert not app.button


@pytest.mark.parametrize(
    ("models", "sentence"),
    [
        ([], "There is no chat model to choose from."),
        ([model("a", window=10)], "No model is known to fit a request like those of “T”"),
        (
            [model("a", window=None), model("b", price=None)],
            "1 of unknown context window, 1 fitting but of unknown price.",
        ),
        ([model("a", free_price("a list"))], "a, free for a request"),
    ],
)
def test_u41_what_cannot_be_judged_is_counted_and_free_is_called_free(
    models: list[Model], sentence: str
) -> None:
    found = cheapest_that_fits(models, Use(1000, 100, 0, 1), holds=AVERAGE.largest)

    assert sentence in cheapest_words(found, AVERAGE, "T", None)


def test_an_average_of_everything_says_no_more_than_how_many() -> None:
    assert average_words(AVERAGE) == "Averages of 1 reply."
