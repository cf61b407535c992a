"""The price of the next turn: an estimate with its range, and where a part is not known the least."""

from __future__ import annotations

import doctest
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley import next_turn_cost
from parley.attachment import Attachment, AttachmentKind
from parley.context import Carried
from parley.conversation import Message, Role
from parley.next_turn_cost import (
    Draft,
    NextTurnCost,
    added_by_text,
    before_sending,
    draft_of,
    rests_on,
)
from parley.pricing.price import Price, Tier
from parley.pricing.sanity import free_price
from parley.usage import Count, State
from parley.usual_turn import Seen, seen
from parley.usual_turn import given as given_number
from tests.parley.calls import OWN, PRICE, entry, model, prices, usage

EMPTY = Carried(Count(0, State.REPORTED), 4.0, is_learned=False)
CARRIED = Carried(Count(1000, State.ESTIMATED), 4.0, is_learned=True)
DRAFT = Draft(CARRIED, message=Seen(40, 400, 4000, 5), answer=Seen(10, 100, 1000, 5))

TEXT = Attachment("t", "a.txt", AttachmentKind.TEXT, "text/plain", chars=40)
PICTURE = Attachment("p", "a.png", AttachmentKind.IMAGE, "image/png")


def here(draft: Draft, *, rate: str | None = "1", window: int | None = None) -> NextTurnCost:
    return before_sending(draft, model(OWN, rate, window), []).here


def message(role: Role, text: str) -> Message:
    return Message("m", "c", None, role, text)


def test_what_is_carried_the_message_and_the_answer_make_the_figure_and_its_range() -> None:
    found = here(DRAFT)

    assert (found.amount, found.state) == (Decimal("0.0012"), State.ESTIMATED)
    assert (found.least, found.most) == (Decimal("0.00102"), Decimal("0.003"))


def test_files_that_wait_are_counted() -> None:
    found = here(replace(DRAFT, attachments=(TEXT,)))

    assert found.amount == Decimal("0.00121")


def test_a_text_that_is_known_leaves_only_the_answer_open() -> None:
    found = here(replace(DRAFT, message=given_number(400)))

    assert (found.least, found.most) == (Decimal("0.00111"), Decimal("0.0021"))


def test_no_answer_is_longer_than_its_limit() -> None:
    found = here(replace(DRAFT, token_limit=50))

    assert (found.amount, found.most) == (Decimal("0.00115"), Decimal("0.00205"))


LONG = Price(
    Decimal(1), Decimal(0), source="a list", tiers=(Tier(1000, Decimal(2), Decimal(0), None),)
)


@pytest.mark.parametrize(
    ("price", "added"),
    [
        (None, None),
        (free_price("a list"), Decimal(0)),
        (Price(Decimal(1), Decimal(9), source="a list"), Decimal("0.0001")),
        (LONG, Decimal("0.0012")),
    ],
    ids=["u41-no-price", "free", "by-its-tokens", "into-the-rates-of-long-requests"],
)
def test_a_text_adds_what_its_tokens_cost(price: Price | None, added: Decimal | None) -> None:
    assert added_by_text(CARRIED, 400, price) == added


def test_what_the_cache_held_is_expected_from_it_again_but_not_in_the_most() -> None:
    draft = replace(DRAFT, cached=Fraction(1, 2))

    found = before_sending(draft, model(OWN, PRICE), []).here

    assert found.amount == Decimal("0.0002") * Decimal("0.6") + Decimal("0.000015") + Decimal(
        "0.000065"
    )
    assert found.most == Decimal("0.0004") + Decimal("0.00065")


@pytest.mark.parametrize(
    ("draft", "amount", "most"),
    [
        (replace(DRAFT, answer=None), "0.00101", None),
        (replace(DRAFT, answer=None, token_limit=500), "0.00101", "0.0025"),
        (replace(DRAFT, message=None), "0.00101", None),
        (replace(DRAFT, attachments=(PICTURE,)), "0.00102", None),
        (
            replace(DRAFT, carried=replace(CARRIED, tokens=Count(1000, State.PARTIAL))),
            "0.00102",
            None,
        ),
    ],
    ids=["answer", "answer-with-a-limit", "message", "picture", "history"],
)
def test_u41_where_a_part_is_not_known_the_figure_is_the_least(
    draft: Draft, amount: str, most: str | None
) -> None:
    found = here(draft)

    assert (found.state, found.amount) == (State.PARTIAL, Decimal(amount))
    assert found.most == (None if most is None else Decimal(most))


@pytest.mark.parametrize(
    ("draft", "rate"), [(DRAFT, None), (Draft(EMPTY), "1")], ids=["u41-no-price", "nothing-known"]
)
def test_what_is_not_known_has_no_amount_and_not_0(draft: Draft, rate: str | None) -> None:
    found = here(draft, rate=rate)

    assert (found.amount, found.state) == (None, State.UNKNOWN)
    assert (found.least, found.most) == (None, None)


@pytest.mark.parametrize("draft", [DRAFT, Draft(EMPTY)])
def test_a_free_model_is_certain_to_cost_nothing(draft: Draft) -> None:
    found = before_sending(draft, model(OWN, free_price("a list")), []).here

    assert found.amount == found.most == 0
    assert found.state is State.REPORTED


@pytest.mark.parametrize(
    ("window", "longest", "fits"),
    [(None, None, None), (1200, 100, True), (1199, None, False), (None, 99, False)],
)
def test_a_window_takes_the_turn_with_its_answer(
    window: int | None, longest: int | None, fits: bool | None
) -> None:
    one = model(OWN, "1", window, max_output_tokens=longest)

    assert before_sending(DRAFT, one, []).here.fits is fits


sizes = st.integers(0, 10**6)


@given(
    prices(),
    sizes,
    st.none() | st.lists(sizes, min_size=1, max_size=4),
    st.none() | st.lists(sizes, min_size=1, max_size=4),
    st.none() | st.integers(1, 10**6),
    st.fractions(0, 1),
)
def test_the_figure_lies_in_its_range(
    price: Price,
    tokens: int,
    chars: list[int] | None,
    answers: list[int] | None,
    limit: int | None,
    cached: Fraction,
) -> None:
    carried = replace(CARRIED, tokens=Count(tokens, State.ESTIMATED))
    draft = Draft(carried, (), seen(chars or []), seen(answers or []), limit, cached)

    found = before_sending(draft, model(OWN, price), []).here

    if found.amount is not None:
        assert found.least is not None
        assert found.least <= found.amount
        assert found.most is None or found.most >= found.amount
    else:
        assert found.state is State.UNKNOWN


def test_a_draft_is_made_of_what_is_usual_in_its_conversation() -> None:
    path = [message(Role.USER, "a" * 40), message(Role.ASSISTANT, "b")]
    calls = [entry(usage(100, 30, 50)), entry(usage(100, 10), model="other"), entry()]

    found = draft_of(path, calls, CARRIED, OWN, attachments=[TEXT], token_limit=9)

    assert found == Draft(
        CARRIED,
        (TEXT,),
        message=Seen(40, 40, 40, 1),
        answer=Seen(30, 30, 30, 1),
        token_limit=9,
        cached=Fraction(1, 2),
        counted_by="other",
    )


def test_a_text_that_was_typed_is_taken_instead_of_the_usual_message() -> None:
    found = draft_of([message(Role.USER, "abc")], [], EMPTY, OWN, typed_chars=1200)

    assert found.message == given_number(1200)
    assert found.counted_by == OWN


@pytest.mark.parametrize(
    ("draft", "words"),
    [
        (
            replace(DRAFT, attachments=(TEXT,), token_limit=900, message=given_number(1200)),
            "≈1,000 tokens carried · ≈10 tokens of attachments · a message of 1,200 characters"
            " · an answer of 100 tokens, the middle of 5 (10 to 1,000) · at most 900 tokens of answer",
        ),
        (
            Draft(CARRIED, cached=Fraction(2, 3)),
            "≈1,000 tokens carried, ≈67 % of them from the cache as in the last reply"
            " · a message of unknown length · an answer of unknown length",
        ),
        (
            Draft(EMPTY, attachments=(PICTURE,)),
            "0 tokens carried · – tokens of attachments · a message of unknown length"
            " · an answer of unknown length",
        ),
    ],
)
def test_what_the_figure_rests_on_is_told(draft: Draft, words: str) -> None:
    assert rests_on(draft) == words


def test_the_examples_hold() -> None:
    assert doctest.testmod(next_turn_cost).failed == 0
