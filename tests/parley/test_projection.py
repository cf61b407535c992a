"""A month of an audience: what the same conversations, sent one by one, would have cost."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.catalog.model import Model
from parley.conversation_shape import Exchange, Shape, shape_of, typed_shape
from parley.errors import Refused
from parley.outcomes import bill
from parley.pricing.costing import cost_of, total_cost
from parley.pricing.price import Price
from parley.pricing.sanity import free_price
from parley.projection import Audience, Month, cheapest_instead, projected
from parley.tokens_per_character import Scale
from tests.parley.calls import PRICE, entry, growing, model, prices, usage

ONCE = Audience(1, Decimal(1), 1)
AUDIENCE = Audience(users=20, conversations_a_day=Decimal("1.5"), days_a_month=30)
SHAPE = typed_shape(system=100, question=50, answer=150, turns=10)


def month(one: Model | None = None, last: int | None = None) -> Month:
    (found,) = projected([one or model("a", "1")], SHAPE, AUDIENCE, last_messages=last)
    return found


def sent_one_by_one(turns: list[tuple[int, int]], system: int, price: Price) -> Fraction:
    """Each turn resends the earlier ones and is billed by itself."""
    amounts, before = [], system
    for question, answer in turns:
        amounts.append(cost_of(usage(before + question, answer), price).amount)
        before += question + answer
    return sum((Fraction(one) for one in amounts if one is not None), Fraction(0))


lengths = st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), min_size=1, max_size=6)
audiences = st.builds(
    Audience,
    st.integers(1, 1000),
    st.decimals("0.01", "20", places=2),
    st.integers(1, 31),
)


@given(lengths, st.integers(0, 10**5), prices(), audiences)
def test_the_projection_is_the_simulated_send_of_the_same_turns_to_the_last_digit(
    turns: list[tuple[int, int]], system: int, price: Price, audience: Audience
) -> None:
    shape = Shape(system, tuple(Exchange(q, a, a, 0) for q, a in turns))

    (found,) = projected([model("a", price)], shape, audience)

    simulated = sent_one_by_one(turns, system, price)
    times = audience.users * Fraction(audience.conversations_a_day) * audience.days_a_month
    assert found.per_conversation is not None
    assert found.cost is not None
    assert Fraction(found.per_conversation) == simulated
    assert Fraction(found.cost) == simulated * times


def sent_message_by_message(shape: Shape, last: int | None, price: Price) -> Fraction:
    """A chat that keeps its messages, sends the last of them from a question on, and is billed by turn."""
    messages: list[tuple[bool, int]] = []
    amounts = []
    for one in shape.exchanges:
        messages.append((True, one.question))
        sent = messages if last is None else messages[-last:]
        if not sent[0][0]:
            sent = sent[1:]
        tokens = shape.system + sum(length for _, length in sent)
        kept = one.cached if len(sent) == len(messages) else min(one.cached, shape.system)
        amounts.append(cost_of(usage(tokens, one.output, kept), price).amount)
        messages.append((False, one.answer))
    return sum((Fraction(one) for one in amounts if one is not None), Fraction(0))


@given(
    st.tuples(st.integers(0, 5000), st.integers(1, 5000), st.integers(0, 5000)),
    st.integers(1, 9),
    st.integers(0, 500),
    st.integers(0, 100),
    st.integers(1, 25),
    prices(),
)
def test_typed_figures_trimmed_or_not_cost_what_sending_their_messages_one_by_one_would(
    sizes: tuple[int, int, int], turns: int, thoughts: int, cached: int, last: int, price: Price
) -> None:
    shape = typed_shape(
        system=sizes[0],
        question=sizes[1],
        answer=sizes[2],
        turns=turns,
        thoughts=thoughts,
        cached_percent=cached,
    )

    (found,) = projected([model("a", price)], shape, AUDIENCE, last_messages=last)

    times = Fraction(AUDIENCE.conversations)
    assert found.cost is not None
    assert found.trimmed is not None
    assert Fraction(found.cost) == sent_message_by_message(shape, None, price) * times
    assert Fraction(found.trimmed) == sent_message_by_message(shape, last, price) * times


@given(lengths, prices(), st.lists(st.integers(0, 10**5), min_size=6, max_size=6))
def test_a_real_conversation_had_once_costs_what_it_did_cost_cache_hits_and_all(
    turns: list[tuple[int, int]], price: Price, hits: list[int]
) -> None:
    used = [
        usage(
            one.input_tokens.value or 0,
            one.output_tokens.value or 0,
            min(hit, one.input_tokens.value or 0),
        )
        for one, hit in zip(growing(turns), hits, strict=False)
    ]
    real = shape_of([entry(one, price=price, history=9, new=3) for one in used])

    assert real is not None
    (found,) = projected([model("own", price)], real.shape, ONCE)

    assert found.cost == total_cost(bill(one, price) for one in used).amount


def test_a_month_is_users_times_conversations_times_days() -> None:
    found = month()

    assert AUDIENCE.conversations == 900
    assert found.per_conversation == Decimal("0.012")
    assert found.cost == Decimal("10.800")


def test_u41_an_unknown_price_is_none_and_not_0_and_a_free_one_is_0() -> None:
    models = [model("a"), model("b", free_price("a list"))]

    unknown, free = projected(models, SHAPE, AUDIENCE, last_messages=3)

    assert (unknown.cost, unknown.per_conversation, unknown.trimmed) == (None, None, None)
    assert unknown.trimming_saves is None
    assert (free.cost, free.trimming_saves) == (Decimal(0), Decimal(0))


def test_another_models_tokens_give_a_figure_and_a_range() -> None:
    scales = {"a": Scale(Fraction(1, 2), Fraction(2), Fraction(3))}

    a, b = projected([model("a", "1"), model("b", "1")], SHAPE, AUDIENCE, scales=scales)

    assert (a.least, a.cost, a.most) == (Decimal("5.4"), Decimal("21.6"), Decimal("32.4"))
    assert b.least == b.cost == b.most == Decimal("10.8")


def test_trimming_saves_what_is_not_sent_again() -> None:
    found = month(last=3)

    assert found.trimmed == Decimal("4.32")
    assert found.trimming_saves == Decimal("6.48")
    assert month().trimming_saves is None


def test_trimming_can_cost_more_where_the_cache_held_the_history() -> None:
    cached = typed_shape(system=0, question=50, answer=50, turns=8, cached_percent=100)

    (found,) = projected([model("a", PRICE)], cached, ONCE, last_messages=13)

    assert found.trimming_saves is not None
    assert found.trimming_saves < 0


@pytest.mark.parametrize(
    ("window", "longest", "turn", "trimmed", "holds"),
    [
        (None, None, None, None, None),
        (2100, 150, None, None, True),
        (2099, None, 10, None, False),
        (499, None, 2, 2, False),
        (None, 149, 1, 1, False),
    ],
)
def test_a_model_is_marked_from_the_first_turn_that_it_could_not_hold(
    window: int | None,
    longest: int | None,
    turn: int | None,
    trimmed: int | None,
    holds: bool | None,
) -> None:
    found = month(model("a", "1", window, max_output_tokens=longest), last=3)

    assert (found.too_long_from, found.trimmed_too_long_from) == (turn, trimmed)
    assert found.holds_all is holds


def test_the_cheapest_model_that_holds_every_turn_is_proposed_and_what_it_saves() -> None:
    models = [
        model("now", "3", 9000),
        model("cheap", "2", 9000),
        model("cheaper", "1", 9000),
        model("small", "0.5", 2000),
        model("windowless", "0.5"),
        model("unlisted", "0.5", 9000, listed=False),
        model("gone", "0.5", 9000, lifecycle="retired"),
        model("priceless", None, 9000),
        model("embeds", "0.1", 9000, kind="embedding"),
    ]
    months = projected(models, SHAPE, AUDIENCE)

    found = cheapest_instead(months, months[0])

    assert found is months[2]
    assert found.saves_against(months[0]) == Decimal("21.6")
    assert cheapest_instead(months, found) is None
    assert cheapest_instead(months, months[7]) is found


@pytest.mark.parametrize(
    ("numbers", "sentence"),
    [
        ((0, "1", 30), "Users"),
        ((10**10, "1", 30), "Users"),
        ((1, "0", 30), "Conversations"),
        ((1, "NaN", 30), "Conversations"),
        ((1, "10001", 30), "Conversations"),
        ((1, "1", 0), "Days"),
        ((1, "1", 32), "Days"),
        ((10**9, "1", 2), "conversations a month"),
    ],
)
def test_i8_an_audience_that_cannot_be_is_refused_with_a_sentence(
    numbers: tuple[int, str, int], sentence: str
) -> None:
    users, conversations, days = numbers

    with pytest.raises(Refused, match=sentence):
        Audience(users, Decimal(conversations), days)
