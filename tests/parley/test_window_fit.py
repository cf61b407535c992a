"""From which turn on a model could not hold a conversation, the same as by looking at one turn after the other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.usage import Usage, reported
from parley.window_fit import holds_all, room_of
from tests.parley.calls import model, usage, usages

limits = st.none() | st.integers(0, 6 * 10**6)


def is_too_long(used: Usage, window: int | None, longest: int | None) -> bool:
    tokens, output = used.total_tokens.value or 0, used.output_tokens.value or 0
    return (window is not None and tokens > window) or (longest is not None and output > longest)


@given(st.lists(usages(), max_size=6), limits, limits)
def test_the_first_turn_that_is_too_long_is_found(
    used: list[Usage], window: int | None, longest: int | None
) -> None:
    one = model("a", "1", window, max_output_tokens=longest)

    found = room_of(used).too_long_from(one)

    every = (turn for turn, each in enumerate(used, 1) if is_too_long(each, window, longest))
    assert found == next(every, None)


def test_requests_have_the_numbers_of_their_turns() -> None:
    room = room_of([usage(1, 1), usage(9, 9)], [4, 7])

    assert room.too_long_from(model("a", "1", 10)) == 7


@pytest.mark.parametrize(
    ("used", "is_known"),
    [
        ([], True),
        ([usage(1, 1), usage(2, 0)], True),
        ([usage(1, 1), Usage()], False),
        ([Usage(output_tokens=reported(1))], False),
    ],
    ids=["none", "all", "u34-one-unknown", "u34-no-input"],
)
def test_a_request_of_which_nothing_is_known_leaves_open_whether_all_fits(
    used: list[Usage], is_known: bool
) -> None:
    room = room_of(used)

    assert room.is_known is is_known
    assert holds_all(model("a", "1", 9), None, is_known=room.is_known) is (is_known or None)


@pytest.mark.parametrize(
    ("window", "too_long_from", "holds"), [(None, None, None), (9, None, True), (None, 3, False)]
)
def test_a_model_of_unknown_window_is_not_said_to_hold_it(
    window: int | None, too_long_from: int | None, holds: bool | None
) -> None:
    assert holds_all(model("a", "1", window), too_long_from) is holds
