"""The bound of a call holds: nothing that a server may report for it costs more."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.budget_note import KEY, BudgetNote, with_note
from parley.call_bound import (
    LONGEST_REPLY,
    TEMPLATE_TOKENS,
    TOKENS_A_MESSAGE,
    Bound,
    bound_of,
    input_at_most,
    reserve,
)
from parley.conversation import Kind, Request
from parley.pricing.costing import cost_of
from parley.pricing.price import Price, Tier
from parley.tokens_per_character import Ratio
from parley.usage import Count, State, Usage
from tests.parley.store.turns import NOON

PRICE = Price(Decimal("0.2"), Decimal("0.65"))
TIERED = Price(Decimal(3), Decimal(15), tiers=(Tier(1000, Decimal(6), Decimal("22.5")),))
AROUND = TEMPLATE_TOKENS + TOKENS_A_MESSAGE

rates = st.decimals("0.0001", "1000", places=4)
counts = st.integers(0, 200_000)


@given(rates, rates, st.none() | rates, counts, counts, st.data())
def test_no_usage_within_the_bound_costs_more(
    rate_in: Decimal,
    rate_out: Decimal,
    cached_rate: Decimal | None,
    inputs: int,
    limit: int,
    data: st.DataObject,
) -> None:
    tier = Tier(50_000, rate_in * 2, rate_out / 2)
    price = Price(rate_in, rate_out, cached_rate, tiers=(tier,))
    bound = bound_of(price, {"max_tokens": limit + 1}, inputs)
    used, cached = data.draw(st.integers(0, inputs)), data.draw(st.integers(0, inputs))
    written = data.draw(st.integers(0, limit + 1))

    usage = Usage(*(Count(number, State.REPORTED) for number in (used, min(cached, used), written)))
    amount = cost_of(usage, price).amount

    assert amount is not None
    assert amount <= bound.cost


@given(rates, rates, counts, st.decimals("0", "10", places=9), st.integers(1, 4))
def test_so_many_tokens_are_paid_for_and_one_more_is_not(
    rate_in: Decimal, rate_out: Decimal, inputs: int, dollars: Decimal, answers: int
) -> None:
    bound = Bound(inputs, LONGEST_REPLY, rate_in, rate_out, answers)

    tokens = bound.tokens_for(dollars)

    assert bound.cost_with(tokens) <= dollars < bound.cost_with(tokens + 1)


def test_answers_that_cost_nothing_may_be_as_long_as_they_are() -> None:
    bound = bound_of(Price(Decimal("0.1"), Decimal(0)), {}, 100, window=500)

    assert bound.tokens_for(Decimal(1)) == 500


@pytest.mark.parametrize(
    ("parameters", "known", "tokens"),
    [
        ({}, {}, LONGEST_REPLY),
        ({}, {"window": 8192}, 8192),
        ({}, {"window": 8192, "longest_output": 4096}, 4096),
        ({"max_tokens": 100}, {"window": 8192, "longest_output": 4096}, 100),
        ({"max_completion_tokens": 9000}, {"window": 8192}, 8192),
    ],
)
def test_a_reply_ends_at_the_first_limit_that_is_known(
    parameters: dict[str, Any], known: dict[str, int], tokens: int
) -> None:
    assert bound_of(PRICE, parameters, 10, **known).output_tokens == tokens


def test_u40_a_long_request_may_cost_the_rates_of_long_requests() -> None:
    short, long = bound_of(TIERED, {}, 1000, window=9000), bound_of(TIERED, {}, 1001, window=9000)

    assert (short.input_per_mtok, short.output_per_mtok) == (Decimal(3), Decimal(15))
    assert (long.input_per_mtok, long.output_per_mtok) == (Decimal(6), Decimal("22.5"))


@pytest.mark.parametrize(("n", "answers"), [(3, 3), (0, 1), ("2", 1), (True, 1)])
def test_a_call_that_asks_for_several_answers_pays_for_each(n: object, answers: int) -> None:
    assert bound_of(PRICE, {"n": n}, 10).answers == answers


def test_a_request_has_no_more_tokens_than_the_window() -> None:
    assert bound_of(PRICE, {}, 9000, window=8192).input_tokens == 8192


def said(*texts: str) -> list[dict[str, Any]]:
    return [{"role": "user", "content": text} for text in texts]


@pytest.mark.parametrize(
    ("text", "most"), [("Hello", 5), ("日本語", 9), ("\ud83d", 3)], ids=["latin", "kanji", "broken"]
)
def test_a_text_has_no_more_tokens_than_bytes(text: str, most: int) -> None:
    assert input_at_most(said(text), {}) == AROUND + most


def test_once_the_model_is_known_its_worst_ratio_with_a_margin_holds() -> None:
    ratio = Ratio(250, 1000, Fraction(1, 5), Fraction(2, 5), 5)

    assert input_at_most(said("x" * 1000), {}, ratio=ratio) == AROUND + 500
    assert input_at_most(said("x" * 1000, "y" * 3), {}, ratio=ratio) == (
        AROUND + TOKENS_A_MESSAGE + 502
    )


def test_pictures_count_four_times_what_they_are_estimated_at_and_once_only() -> None:
    picture = {"type": "image_url", "image_url": {"url": "data:"}}
    content = [{"type": "text", "text": "Look"}, picture]
    messages = [{"role": "user", "content": content}, {"role": "user", "content": content}]

    assert input_at_most(messages, {}, attached_chars=400) == (
        AROUND + TOKENS_A_MESSAGE + 2 * len("Look") + 400
    )


def test_a_schema_counts_since_many_servers_write_it_into_the_prompt() -> None:
    plain = input_at_most(said("Hi"), {"temperature": 1})
    with_schema = input_at_most(said("Hi"), {"response_format": {"type": "json_object"}})

    assert (plain, with_schema) == (AROUND + 2, AROUND + 2 + len('{"type": "json_object"}'))


def request(**more: Any) -> Request:
    values: dict[str, Any] = {"price": PRICE, "context_window": None, "parameters": {}, **more}
    return Request(
        *("a", "r", "c", Kind.CHAT, "Upstream", "", "m", NOON),
        composition={"new": 72},
        **values,
    )


@pytest.mark.parametrize(
    ("more", "dollars"),
    [
        ({"parameters": with_note({}, BudgetNote("$1 a day", Decimal("0.5")))}, "0.5"),
        ({"parameters": {"max_tokens": 100}}, "0.000105"),
        ({"parameters": {KEY: "odd"}, "context_window": 1000}, "0.00069"),
        ({}, "0.65004"),
        ({"price": None}, None),
    ],
    ids=["as-noted", "as-limited", "as-the-window-is", "as-no-model-writes", "unpriced"],
)
def test_u34_a_call_without_an_end_counts_with_all_that_it_may_have_cost(
    more: dict[str, Any], dollars: str | None
) -> None:
    assert reserve(request(**more)) == (None if dollars is None else Decimal(dollars))
