"""How a conversation grows: real requests stay as they were, typed ones are what a simulated send would have been."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.conversation import LedgerEntry, Message, Role
from parley.conversation_shape import (
    MOST_TURNS,
    Exchange,
    RealShape,
    Shape,
    calls_along,
    shape_of,
    typed_shape,
)
from parley.errors import Refused
from parley.request_messages import wire_messages
from parley.tokens_per_character import Ratio, Scale
from parley.usage import ABSURD_TOKENS, Count, State, Usage
from tests.parley.calls import cut, entry, growing, usage

lengths = st.lists(st.tuples(st.integers(1, 40), st.integers(1, 40)), min_size=1, max_size=9)


def inputs(shape: Shape, last_messages: int | None = None) -> list[int | None]:
    return [one.input_tokens.value for one in shape.requests(last_messages)]


def cached(shape: Shape, last_messages: int | None = None) -> list[int | None]:
    return [one.cached_tokens.value for one in shape.requests(last_messages)]


def simulated(turns: list[tuple[int, int]], system: int, last_messages: int | None) -> list[int]:
    """What the app sends in such a conversation, of texts that have a token for each character."""
    path: list[Message] = []
    sent = []
    for question, answer in turns:
        path.append(Message(f"q{len(path)}", "c", None, Role.USER, "q" * question))
        wire = wire_messages(path, system_prompt="s" * system, at_most=last_messages)
        sent.append(sum(len(one["content"]) for one in wire))
        path.append(Message(f"a{len(path)}", "c", None, Role.ASSISTANT, "a" * answer))
    return sent


@given(lengths, st.integers(0, 30), st.none() | st.integers(1, 20))
def test_a_shape_sends_what_the_app_would_send_for_the_same_turns(
    turns: list[tuple[int, int]], system: int, last_messages: int | None
) -> None:
    shape = Shape(system, tuple(Exchange(q, a, a, 0) for q, a in turns))

    assert inputs(shape, last_messages) == simulated(turns, system, last_messages)


@given(
    st.integers(0, 30),
    st.integers(1, 40),
    st.integers(1, 40),
    st.integers(1, 12),
    st.integers(1, 9),
)
def test_typed_figures_are_equal_turns_of_the_same_conversation(
    system: int, question: int, answer: int, turns: int, last: int
) -> None:
    shape = typed_shape(system=system, question=question, answer=answer, turns=turns)

    sent = simulated([(question, answer)] * turns, system, last)
    assert inputs(shape, last) == sent


@given(lengths, st.integers(0, 30))
def test_the_requests_of_a_real_conversation_stay_exactly_as_they_were_reported(
    turns: list[tuple[int, int]], system: int
) -> None:
    used = list(growing(turns, system))
    entries = [
        entry(one, system=system, new=q, history=7) for one, (q, _) in zip(used, turns, strict=True)
    ]

    found = shape_of(entries)

    assert found is not None
    sent = [(one.input_tokens.value, one.output_tokens.value) for one in found.shape.requests()]
    assert sent == [(one.input_tokens.value, one.output_tokens.value) for one in used]
    assert found.left_out == 0


def test_tokens_divide_into_system_question_and_answer_as_the_characters_do() -> None:
    entries = [
        entry(usage(100, 30, 0, thoughts=10), system=200, new=200),
        entry(usage(150, 40, 90, thoughts=15), system=200, history=300, new=100),
    ]

    found = shape_of(entries)

    shape = Shape(50, (Exchange(50, 25, 30, 0), Exchange(25, 25, 40, 90)))
    assert found == RealShape(
        shape, left_out=0, cache_unsaid=0, counted_by=frozenset({"own"}), chars=1000, attached=0
    )


def test_another_models_tokens_are_worked_out_by_its_ratio() -> None:
    ratio = Ratio(500, 1000, Fraction(1, 4), Fraction(3, 4), 12)
    real = shape_of([entry(usage(100, 10), new=200, attachments=200), entry(usage(100, 10))])
    assert real is not None

    found = real.scales({"own": ratio, "other": ratio})

    assert found == {"other": Scale(Fraction(3, 4), Fraction(1), Fraction(5, 4))}


def test_the_calls_along_a_path_are_those_of_its_replies_in_a_copy_too() -> None:
    calls = {"a": [entry(), entry(usage(1, 1))], "b": [entry()], "beside": [entry()]}
    path = [
        Message("q", "c", None, Role.USER, "q"),
        Message("a", "c", "q", Role.ASSISTANT, "a"),
        Message("copy", "c", "a", Role.ASSISTANT, "b", source_id="b"),
    ]

    assert calls_along(path, calls) == [*calls["a"], *calls["b"]]


UNREPORTED = Usage(Count(200, State.ESTIMATED), Count(), Count(1, State.ESTIMATED))


@pytest.mark.parametrize(
    "odd",
    [entry(), entry(UNREPORTED), entry(cut(Count(200, State.REPORTED), 1)), entry(usage(99, 1))],
    ids=["u40-no-outcome", "u34-estimated", "u40-cut-short", "does-not-build-on-the-one-before"],
)
def test_a_call_that_cannot_be_used_is_left_out_and_counted(odd: LedgerEntry) -> None:
    found = shape_of([entry(usage(100, 10)), odd, entry(usage(300, 10, 5))])

    assert found is not None
    assert (found.left_out, found.cache_unsaid) == (1, 1)
    assert inputs(found.shape) == [100, 300]


def test_u34_without_any_reported_figure_there_is_no_shape() -> None:
    assert shape_of([entry(), entry(UNREPORTED)]) is None


def test_u37_more_cached_than_sent_is_all_of_it() -> None:
    found = shape_of([entry(usage(100, 10, 400))])

    assert found is not None
    assert cached(found.shape) == [100]


def test_the_cache_holds_the_system_prompt_alone_once_something_is_left_out() -> None:
    shape = typed_shape(system=10, question=5, answer=5, turns=4, cached_percent=100)

    assert cached(shape) == [0, 20, 30, 40]
    assert cached(shape, 3) == [0, 20, 10, 10]


def test_the_first_request_resends_nothing() -> None:
    shape = typed_shape(system=10, question=5, answer=6, turns=3, thoughts=4, cached_percent=50)

    assert cached(shape) == [0, 10, 16]
    assert [one.output_tokens.value for one in shape.requests()] == [10, 10, 10]


def test_fewer_turns_are_the_first_ones() -> None:
    shape = Shape(1, (Exchange(1, 2, 3, 0), Exchange(4, 5, 6, 7)))

    assert shape.resized(1) == Shape(1, (Exchange(1, 2, 3, 0),))
    assert shape.resized(2) == shape


def test_more_turns_are_the_average_one_with_the_same_share_from_the_cache() -> None:
    shape = Shape(10, (Exchange(10, 20, 20, 0), Exchange(20, 40, 60, 40)))

    longer = shape.resized(4)

    assert longer.exchanges[2:] == (Exchange(15, 30, 40, 57), Exchange(15, 30, 40, 80))
    assert inputs(longer) == [20, 60, 115, 160]


def test_a_shape_of_no_tokens_grows_without_fault() -> None:
    assert Shape(0, (Exchange(0, 0, 0, 0),)).resized(2).turns == 2


@given(lengths, st.integers(1, 12))
def test_a_longer_conversation_never_sends_less(turns: list[tuple[int, int]], to: int) -> None:
    shape = Shape(3, tuple(Exchange(q, a, a, q) for q, a in turns)).resized(to)

    sent = [one or 0 for one in inputs(shape)]
    assert shape.turns == to
    assert all(one <= other for one, other in itertools.pairwise(sent))


GOOD = {"system": 0, "question": 1, "answer": 1, "turns": 1}


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"system": -1}, "Tokens are whole"),
        ({"answer": ABSURD_TOKENS + 1}, "Tokens are whole"),
        ({"thoughts": True}, "Tokens are whole"),
        ({"question": 0}, "at least one token"),
        ({"cached_percent": 101}, "percent"),
        ({"turns": 0}, "Turns"),
        ({"turns": MOST_TURNS + 1}, "Turns"),
        ({"system": ABSURD_TOKENS}, "last request"),
        ({"turns": MOST_TURNS, "question": 10**6}, "last request"),
        ({"answer": ABSURD_TOKENS, "thoughts": 1}, "last request"),
    ],
)
def test_figures_that_cannot_be_are_refused_with_a_sentence(
    wrong: dict[str, int], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        typed_shape(**{**GOOD, **wrong})


@pytest.mark.parametrize("turns", [0, MOST_TURNS + 1, True])
def test_no_conversation_is_resized_beyond_reason(turns: int) -> None:
    with pytest.raises(Refused, match="Turns"):
        typed_shape(**GOOD).resized(turns)
