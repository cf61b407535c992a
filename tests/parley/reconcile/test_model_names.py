"""A provider's name of a model is matched with the one of ours that is like it, or with none."""

from __future__ import annotations

import pytest

from parley.reconcile.names import matched


@pytest.mark.parametrize(
    ("theirs", "ours_are", "expected"),
    [
        ("a", {"a", "A"}, "a"),
        ("QWEN/Qwen3", {"Qwen/Qwen3"}, "Qwen/Qwen3"),
        ("gpt-oss", {"openai/gpt-oss"}, "openai/gpt-oss"),
        ("openai/gpt-oss", {"gpt-oss"}, "gpt-oss"),
        ("r1", {"r1:free"}, "r1:free"),
        ("gpt-5-2026-08-06", {"gpt-5"}, "gpt-5"),
        ("gpt-5", {"gpt-5-2026-08-06"}, "gpt-5-2026-08-06"),
        ("gpt-5-mini", {"gpt-5"}, "gpt-5-mini"),
        ("M", {"a/m", "b/m"}, "M"),
    ],
)
def test_a_provider_name_is_matched_with_the_one_model_that_is_like_it(
    theirs: str, ours_are: set[str], expected: str
) -> None:
    names = matched([theirs], ours_are, {})

    assert names.ours_of == {theirs: expected}
    assert bool(names.unmatched) == (expected not in ours_are)


def test_what_the_reader_says_of_a_name_holds_before_all_else() -> None:
    assert matched(["a"], {"a", "b"}, {"a": "b"}).ours_of == {"a": "b"}
