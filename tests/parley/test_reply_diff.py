"""The difference of two texts loses nothing of either."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from parley.reply_diff import changed_lines


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("Same.", "Same.", " Same."),
        ("One. Two.", "One. Three.", " One.\n-Two.\n+Three."),
        ("", "New.", "+New."),
        ("Old.", "", "-Old."),
        ("", "", "Both are empty."),
        ("a\nb", "a\nc", " a\n-b\n+c"),
    ],
)
def test_what_changed_is_told_by_sentence(before: str, after: str, shown: str) -> None:
    assert changed_lines(before, after) == shown


@given(
    some.lists(some.sampled_from(["A.", "B!", "C?", "-d", "+e"])),
    some.lists(some.sampled_from(["A.", "B!", "-d"])),
)
def test_both_texts_can_be_read_back_from_it(first: list[str], second: list[str]) -> None:
    lines = changed_lines("\n".join(first), "\n".join(second)).splitlines()

    if first or second:
        assert [line[1:] for line in lines if line[0] in "- "] == first
        assert [line[1:] for line in lines if line[0] in "+ "] == second


def test_texts_of_thousands_of_sentences_are_not_compared() -> None:
    long = "\n".join(str(number) for number in range(3_000))

    assert "too long" in changed_lines(long, long + "x")
