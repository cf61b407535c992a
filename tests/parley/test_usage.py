"""Figures and their states: nothing impossible is a figure, nothing unknown is zero, a sum is as weak as its parts."""

from __future__ import annotations

import pytest

from parley.usage import ABSURD_TOKENS, UNKNOWN, Count, State, Usage, estimated, reported, total


def said(value: int) -> Count:
    return Count(value, State.REPORTED)


def cut(value: int, at_most: int | None = None) -> Count:
    return Count(value, State.PARTIAL, at_most)


@pytest.mark.parametrize("value", [0, 1, 12, ABSURD_TOKENS])
def test_u37_a_whole_number_is_a_figure_and_zero_is_one(value: int) -> None:
    assert reported(value) == said(value)
    assert reported(value).is_known


@pytest.mark.parametrize(
    "value",
    [-1, 1.5, 12.0, "12", True, False, None, ABSURD_TOKENS + 1, 2**63, 1e30, float("nan"), [], {}],
)
def test_u37_what_no_count_can_be_is_unknown(value: object) -> None:
    assert reported(value) == UNKNOWN
    assert not UNKNOWN.is_known


@pytest.mark.parametrize(
    ("chars", "per_token", "tokens"),
    [(0, 4.0, 0), (1, 4.0, 1), (4, 4.0, 1), (5, 4.0, 2), (9, 3, 3)],
)
def test_u34_an_estimate_is_rounded_up_and_marked(
    chars: int, per_token: float, tokens: int
) -> None:
    assert estimated(chars, per_token) == Count(tokens, State.ESTIMATED)


@pytest.mark.parametrize(
    ("parts", "sum_"),
    [
        ([], UNKNOWN),
        ([UNKNOWN, UNKNOWN], UNKNOWN),
        ([said(0)], said(0)),
        ([said(2), said(3)], said(5)),
        ([said(2), estimated(4)], Count(3, State.ESTIMATED)),
        ([said(2), UNKNOWN], cut(2)),
        ([said(2), cut(3, 10)], cut(5, 12)),
        ([estimated(4), cut(3, 10)], cut(4, 11)),
        ([said(2), cut(3)], cut(5)),
        ([cut(1, 10), UNKNOWN], cut(1)),
    ],
    ids=str,
)
def test_a_sum_is_as_weak_as_its_weakest_part(parts: list[Count], sum_: Count) -> None:
    assert total(parts) == sum_


def test_what_is_cached_or_thought_is_not_added_a_second_time() -> None:
    usage = Usage(said(1204), said(900), said(318), said(210))

    assert usage.total_tokens == said(1522)
