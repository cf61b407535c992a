"""The price that a person sets: for the replies to come, before every source, and never for receipts of the past."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components import known_model, services
from parley.catalog.own_facts import NO_NUMBER, ODD_DISCOUNT, OUT_OF_BOUNDS
from parley.conversation import LOCAL_OWNER
from parley.endpoint import Endpoint
from parley.errors import StoreNotWritable
from parley.pricing.price import Price
from tests.components.settings_pages import fill, press, successes, warnings
from tests.pages.chat_page import conversation_id, receipts, send, served, shown
from tests.pages.chat_page import opened as opened_chat
from tests.upstream import Upstream, chunk, done, finish, role, text, usage


@pytest.fixture(autouse=True)
def upstream(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Upstream]:
    yield from served(upstream, monkeypatch, tmp_path)


def script() -> None:
    from components import known_model, model_detail, services
    from components.state import Session
    from parley.conversation import LOCAL_OWNER

    everything, session = services.get(), Session()
    endpoint = everything.endpoints.default(LOCAL_OWNER)
    listed = everything.listing(endpoint)
    listing = known_model.with_prices(everything, LOCAL_OWNER, endpoint, listed)
    model_detail.show(everything, LOCAL_OWNER, session, endpoint, listing)


def opened(model_id: str = "big") -> AppTest:
    app = AppTest.from_function(script, default_timeout=20)
    app.query_params["model"] = model_id
    app.run()
    assert not app.exception
    return app


def save(app: AppTest, rate_in: str, rate_out: str, cached: str = "") -> AppTest:
    fill(fill(app, "Input", rate_in), "Output", rate_out)
    return press(fill(app, "Cached input (optional)", cached), "Save price")


def typed(app: AppTest) -> list[str]:
    return [str(box.value) for box in app.text_input]


def captions(app: AppTest) -> str:
    return "\n".join(shown(caption.value) for caption in app.caption)


def facts(app: AppTest) -> list[list[str]]:
    return [[shown(cell) for cell in row] for row in app.table[0].value.values]


def endpoint() -> Endpoint:
    return services.get().endpoints.default(LOCAL_OWNER)


def price_of(model_id: str) -> Price | None:
    return known_model.known_model(services.get(), LOCAL_OWNER, endpoint(), model_id).price


def refusal(app: AppTest) -> str:
    return " ".join(shown(error.value) for error in app.error)


def costs(chat: AppTest) -> list[str]:
    """What each receipt says, from above."""
    return [line.partition("cost ")[2].partition(" ")[0] for line in receipts(chat)]


def test_a_price_that_is_set_comes_first_with_its_day_and_stands_beside_the_listed_one() -> None:
    app = save(opened(), "0.25", "0.65", "0.03")

    said = [line for line in facts(app) if line[0].startswith("Price")]
    assert said[0][:2] == [
        "Price (used)",
        "$0.25 in ($0.03 cached) · $0.65 out per million tokens",
    ]
    assert said[0][2].startswith("set by you, 20")
    assert said[1][0] == "Price (≠ differs: in −20 %)"
    assert "Sources disagree" in warnings(app)
    assert "Price: $0.25 in ($0.03 cached) · $0.65 out per million tokens (set by you)" in warnings(
        app
    )
    assert "(the endpoint's own list: in −20 %)" in warnings(app)
    assert "the first that there is: the cost that the response itself names; your own" in captions(
        app
    )


def test_the_reader_is_told_that_earlier_receipts_keep_their_price() -> None:
    app = save(opened(), "0.25", "0.65")

    assert successes(app) == (
        "Your price is set: $0.25 in · $0.65 out per million tokens. "
        "Replies from now on are costed with it; receipts of earlier replies keep their price."
    )
    assert "Set by you from 20" in captions(app)
    assert typed(app) == ["0.25", "", "0.65"]
    assert successes(app.run()) == ""


def test_the_next_reply_is_costed_with_it_and_the_one_before_is_not(upstream: Upstream) -> None:
    upstream.always(role(), text("Hi"), finish(), usage(1_000_000, 1_000_000), done())
    chat = send(opened_chat(), "One")

    save(opened(), "1", "2")
    send(chat, "Two")

    assert costs(chat) == ["$0.85", "$3.00"]
    assert costs(opened_chat(c=conversation_id(chat))) == ["$0.85", "$3.00"]


def test_a_price_that_is_changed_and_removed_leaves_the_receipts_alone(upstream: Upstream) -> None:
    upstream.always(role(), text("Hi"), finish(), usage(1_000_000, 1_000_000), done())
    detail, chat = save(opened(), "1", "2"), send(opened_chat(), "One")

    save(detail, "10", "20")
    send(chat, "Two")
    press(detail, "Remove your price")
    send(chat, "Three")

    assert costs(chat) == ["$3.00", "$30.00", "$0.85"]
    assert "Your price is removed" in successes(detail)
    assert typed(detail) == ["", "", ""]


def test_a_model_that_no_source_prices_can_be_given_a_price(upstream: Upstream) -> None:
    upstream.script(role(), text("Hi"), finish(), usage(1_000_000, 1_000_000), done())

    save(opened("my/own-model"), "0.5", "0.5")

    assert costs(send(opened_chat(model="my/own-model"), "Hi")) == ["$1.00"]


def test_a_reply_of_another_model_is_costed_with_the_price_set_for_that(upstream: Upstream) -> None:
    save(opened("small"), "3", "4")
    answered = {
        "model": "small",
        "choices": [{"index": 0, "delta": {"content": "Hi"}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 1_000_000, "completion_tokens": 1_000_000},
    }
    upstream.script(chunk(answered), done())

    assert costs(send(opened_chat(), "Hi")) == ["$7.00"]


def test_nothing_for_both_is_free() -> None:
    app = save(opened(), "0", "0")

    price = price_of("big")
    assert price is not None
    assert price.free
    assert "Your price is set: free." in successes(app)


@pytest.mark.parametrize(
    ("rate_in", "rate_out", "cached", "reason"),
    [
        ("", "", "", NO_NUMBER),
        ("cheap", "1", "", NO_NUMBER),
        ("20000", "65000", "", OUT_OF_BOUNDS),
        ("0.2", "0", "", OUT_OF_BOUNDS),
        ("0.2", "0.65", "0.5", ODD_DISCOUNT),
    ],
)
def test_what_cannot_be_a_price_is_refused_and_stays_in_the_fields(
    rate_in: str, rate_out: str, cached: str, reason: str
) -> None:
    app = save(opened(), rate_in, rate_out, cached)

    assert reason in refusal(app)
    assert typed(app) == [rate_in, cached, rate_out]
    assert services.get().store.own_prices(LOCAL_OWNER, endpoint().name) == {}


def test_what_is_said_of_one_model_is_not_said_of_another() -> None:
    app = opened()
    fill(fill(app, "Input", "x"), "Output", "y")

    app.query_params["model"] = "small"
    press(app, "Save price")

    assert refusal(app) == ""
    assert typed(app) == ["", "", ""]


def test_a_list_keeps_its_models_until_a_price_is_set() -> None:
    everything = services.get()
    listing = everything.listing(endpoint())
    before = known_model.with_prices(everything, LOCAL_OWNER, endpoint(), listing)

    own = Price(Decimal(1), Decimal(2))
    everything.store.set_own_price(LOCAL_OWNER, endpoint().name, "big", own)
    after = known_model.with_prices(everything, LOCAL_OWNER, endpoint(), listing)

    assert before is listing
    assert after.models[0].price is not None
    assert after.models[0].price.source == "set by you"
    assert known_model.with_prices(everything, LOCAL_OWNER, endpoint(), listing).models is (
        after.models
    )


TODAY = datetime.now(UTC).date()
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


def save_from(app: AppTest, day: date, rate: str) -> AppTest:
    app.date_input[0].set_value(day)
    return save(app, rate, rate)


def listed(app: AppTest) -> list[str]:
    """The prices that were set, from above, without the day on which."""
    lines = [text.value for text in app.text if text.value.startswith("From ")]
    return [line.rpartition("; set on")[0] for line in lines]


def test_of_several_prices_each_is_listed_and_the_last_that_has_begun_is_used() -> None:
    app = opened()
    for day, rate in ((TOMORROW, "3"), (YESTERDAY, "1"), (TODAY, "2")):
        save_from(app, day, rate)

    assert listed(app) == [
        f"From {YESTERDAY}: $1.00 in · $1.00 out per million tokens (replaced by a later one",
        f"From {TODAY}: $2.00 in · $2.00 out per million tokens (in force",
        f"From {TOMORROW}: $3.00 in · $3.00 out per million tokens (not yet in force",
    ]
    price = price_of("big")
    assert price is not None
    assert (price.input_per_mtok, price.as_of) == (Decimal(2), TODAY)


def test_a_price_to_come_is_said_to_be_that_and_costs_nothing_before(upstream: Upstream) -> None:
    upstream.always(role(), text("Hi"), finish(), usage(1_000_000, 1_000_000), done())

    app = save_from(opened(), TOMORROW, "5")

    assert successes(app) == (
        f"Your price from {TOMORROW} on is set: $5.00 in · $5.00 out per million tokens. "
        "Replies from that day (UTC) on are costed with it; receipts of earlier replies keep their price."
    )
    assert costs(send(opened_chat(), "Hi")) == ["$0.85"]


def test_a_price_that_is_removed_gives_way_to_the_one_before_it() -> None:
    app = save_from(save_from(save_from(opened(), YESTERDAY, "1"), TODAY, "2"), TOMORROW, "3")

    press(app, "Remove your price")
    press(app, f"Remove that from {TOMORROW}")

    assert [line.partition(" in ")[0] for line in listed(app)] == [f"From {YESTERDAY}: $1.00"]
    assert f"the one from {TOMORROW} on" in successes(app)
    price = price_of("big")
    assert price is not None
    assert price.input_per_mtok == 1


def test_prices_that_cannot_be_read_are_told_and_the_form_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def unreadable(*_: object) -> None:
        raise StoreNotWritable

    app = opened()
    monkeypatch.setattr(services.get().store, "dated_prices", unreadable)

    app.run()

    assert StoreNotWritable().title in refusal(app)
    assert len(app.date_input) == 1
