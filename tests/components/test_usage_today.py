"""The calls of a period at the prices of today: beside what was paid, never instead of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components import services, usage_today
from parley.conversation import LOCAL_OWNER as OWNER
from parley.conversation import LedgerEntry
from parley.errors import StoreNotWritable
from parley.outcomes import bill
from parley.pricing.price import Price
from tests.components.overview_page import call, keep, plain, sent
from tests.pages.chat_page import served
from tests.parley.calls import PRICE, entry, refused, usage
from tests.upstream import Upstream

DOUBLE = Price(Decimal("0.4"), Decimal("1.3"), Decimal("0.06"))


@pytest.fixture(autouse=True)
def upstream(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Upstream]:
    yield from served(upstream, monkeypatch, tmp_path)


def page() -> None:
    from components import services, usage_today
    from components.state import Session
    from parley.conversation import LOCAL_OWNER

    usage_today.show(services.get(), LOCAL_OWNER, Session())


def opened(**address: str) -> AppTest:
    app = AppTest.from_function(page, default_timeout=20)
    app.context["timezone"] = "UTC"
    for name, value in address.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def here(made: LedgerEntry) -> LedgerEntry:
    """The same call, sent to the endpoint that is set up."""
    endpoint = services.get().endpoints.default(OWNER)
    request = replace(made.request, endpoint=endpoint.name, base_url=endpoint.base_url)
    return LedgerEntry(request, made.outcome)


def set_price(model_id: str, price: Price) -> None:
    everything = services.get()
    name = everything.endpoints.default(OWNER).name
    everything.store.set_own_price(OWNER, name, model_id, price)


def texts(app: AppTest) -> str:
    return "\n".join(plain(one.value) for one in (*app.text, *app.caption, *app.info))


def line(app: AppTest, model: str) -> dict[str, str]:
    frame = app.dataframe[0].value.set_index("model")
    return {str(name): str(cell) for name, cell in frame.loc[model].items()}


def test_each_model_stands_there_with_what_was_paid_and_what_it_would_cost_today() -> None:
    keep(*(here(call("m", counts=(1204, 318), cached=900)) for _ in range(2)))
    set_price("m", DOUBLE)

    app = opened()

    found = line(app, "m")
    assert (found["calls"], found["then"], found["today"]) == ("2", "$0.00059", "$0.0012")
    assert found["difference"] == "+$0.00059"
    assert found["price"].startswith(
        "$0.40 in ($0.06 cached) · $1.30 out per million tokens (source: set by you, as of 20"
    )
    assert (
        "2 calls repriced; paid then, as recorded: $0.00059; at today's prices: $0.0012; "
        "difference: +$0.00059."
    ) in texts(app)
    assert "This is not what was paid" in texts(app)


def test_a_price_of_the_endpoints_list_is_as_old_as_the_list() -> None:
    everything = services.get()
    listing = everything.listing(everything.endpoints.default(OWNER))
    keep(here(call("big")))

    assert listing.fetched_at is not None
    day = listing.fetched_at.date().isoformat()
    assert line(opened(), "big")["price"].endswith(
        f"(source: the endpoint's own list, as of {day})"
    )


def test_at_the_same_price_there_is_no_difference() -> None:
    keep(here(call("m", counts=(1204, 318), cached=900)))
    set_price("m", PRICE)

    assert line(opened(), "m")["difference"] == "$0"


def test_the_ledger_is_left_as_it_is() -> None:
    keep(here(call("m")))
    before = services.get().store.ledger(OWNER)
    set_price("m", DOUBLE)

    opened()

    assert services.get().store.ledger(OWNER) == before


def test_u41_calls_that_had_no_price_then_are_in_neither_sum() -> None:
    keep(here(call("m", price=None, counts=(1000, 0))), here(sent(refused())))
    set_price("m", PRICE)

    app = opened()

    found = line(app, "m")
    assert (found["calls"], found["then"], found["today"]) == ("1", "–", "–")
    assert (found["unpriced"], found["difference"]) == ("1 call: $0.00020", "–")
    assert "0 calls repriced; 1 call without a price then, in neither sum: $0.00020 today" in texts(
        app
    )
    assert "1 call reached no model and cost nothing" in texts(app)


def test_a_list_that_was_not_fetched_yet_is_named_and_not_fetched_here(upstream: Upstream) -> None:
    everything = services.get()
    endpoint = everything.endpoints.default(OWNER)
    keep(here(call("big")))

    cold = texts(opened())
    asked = len(upstream.requests)
    everything.listing(endpoint)
    warm = texts(opened())

    assert f"Models fetches it. It is that of {endpoint.name}." in cold
    assert asked == 0
    assert "Models fetches it" not in warm


def test_without_a_call_that_had_no_price_there_is_no_column_for_them() -> None:
    keep(here(call("m")))
    set_price("m", DOUBLE)

    assert "unpriced" not in line(opened(), "m")


def test_what_cannot_be_repriced_is_named_with_the_reason() -> None:
    named = entry(usage(10, 10), model="named")
    assert named.outcome is not None
    cost = bill(named.outcome.usage, PRICE, reported_cost=Decimal(1))
    told = LedgerEntry(named.request, replace(named.outcome, cost=cost))
    keep(here(call("priceless")), call("m"), here(sent(told)), here(sent(entry(model="cut"))))
    set_price("cut", PRICE)

    said = texts(opened())

    name = services.get().endpoints.default(OWNER).name
    assert f"priceless at {name}: 1 call, because no price is known today" in said
    assert "m at W&B Inference: 1 call, because the endpoint is not set up any more" in said
    assert f"named at {name}: 1 call, because the response itself named the cost" in said
    assert f"cut at {name}: 1 call, because what was used is unknown" in said


def test_many_reasons_are_cut_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usage_today, "MOST_REASONS", 1)
    keep(*(call(name) for name in ("a", "b", "c")))

    assert "and 2 more of such lines" in texts(opened())


def test_of_very_many_calls_the_newest_are_repriced_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(usage_today, "MOST_CALLS", 4)
    monkeypatch.setattr(usage_today, "PAGE_CALLS", 2)
    keep(*(here(call("m", days_ago=days)) for days in range(5)))
    set_price("m", PRICE)

    app = opened()

    assert "Of 5 calls the newest 4 are repriced here." in texts(app)
    assert line(app, "m")["calls"] == "4"


def test_a_period_of_the_address_is_kept_to() -> None:
    keep(here(call("m")), here(call("m", days_ago=40)))
    set_price("m", PRICE)

    assert line(opened(), "m")["calls"] == "1"
    assert line(opened(period="all"), "m")["calls"] == "2"


def test_without_a_call_that_is_said() -> None:
    assert usage_today.NOTHING in texts(opened())
    assert usage_today.NOTHING not in texts(
        opened(period="days", **{"from": "2026-02-02", "to": "2026-01-01"})
    )


def test_a_store_that_cannot_be_read_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreadable(*_: object, **__: object) -> None:
        raise StoreNotWritable

    monkeypatch.setattr(services.get().store, "calls_page", unreadable)

    assert StoreNotWritable().title in " ".join(plain(one.value) for one in opened().error)
