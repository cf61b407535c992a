"""What a probe can cost is told before it starts, with what is not known about it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from parley.catalog.model import Fact, Model
from parley.pricing.costing import total_cost
from parley.pricing.price import Price
from parley.pricing.sanity import free_price
from parley.probe import Step, expected
from parley.probe.steps import exchange

EVERY_STEP = tuple(Step)
UNPRICED = Model("unpriced")


def model(model_id: str, price: Price) -> Model:
    return Model(model_id, (Fact("price", price, "a test"),))


DEAR = model("dear", Price(Decimal(1000), Decimal(1000)))
FREE = model("free", free_price("a test"))


def test_the_cost_of_a_short_reply_is_an_estimate_of_the_most_it_can_be() -> None:
    told = expected([DEAR])

    assert (told.calls, told.output_tokens, told.unpriced) == (1, 128, ())
    assert told.input_tokens > 200
    assert told.cost.amount == Decimal(told.input_tokens + told.output_tokens) / 1000
    assert told.cost.estimated == 1


def test_every_step_and_every_model_adds_to_it() -> None:
    told = expected([DEAR, DEAR], EVERY_STEP)

    assert told.calls == 12
    assert told.output_tokens == 2 * (128 + 256 + 256 + 128 + 2 * 16)
    assert told.cost.amount == Decimal(told.input_tokens + told.output_tokens) / 1000


def test_the_reply_is_counted_once_whether_it_is_named_or_not() -> None:
    assert expected([DEAR], [Step.REPLY, Step.TOOLS]) == expected([DEAR], [Step.TOOLS])


def test_a_model_without_a_price_is_named_and_never_counted_as_nothing() -> None:
    told = expected([UNPRICED, FREE])

    assert told.unpriced == ("unpriced",)
    assert told.cost.unpriced == 1
    assert not told.cost.all_free


def test_without_any_price_there_is_no_sum() -> None:
    assert expected([UNPRICED]).cost.amount is None


def test_no_model_costs_nothing_and_says_nothing() -> None:
    told = expected([])

    assert (told.calls, told.input_tokens, told.output_tokens) == (0, 0, 0)
    assert told.cost == total_cost([])


@pytest.mark.parametrize("step", Step)
def test_the_text_that_is_sent_is_counted_upwards(step: Step) -> None:
    sent = exchange(step)

    assert sent.input_at_most > len(sent.prompt) / 4 + 100


def test_the_text_that_is_sent_twice_is_longer_than_what_services_begin_to_cache() -> None:
    assert len(exchange(Step.CACHE).prompt) / 4 > 1_024
