"""The field of a chunk that reasoning stands in; nothing that a server sends makes the search fail."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.chunks.reasoning_field import is_whole, reasoning_field

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["choices", "delta", "message", "content", "reasoning", "thinking"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)


@pytest.mark.parametrize("place", ["delta", "message"])
@pytest.mark.parametrize(
    ("said", "named"),
    [
        ({"reasoning": "hm"}, "reasoning"),
        ({"reasoning_content": "hm"}, "reasoning_content"),
        ({"reasoning": "hm", "reasoning_content": "hm"}, "reasoning"),
        ({"reasoning": None, "reasoning_content": ""}, None),
        ({"content": [{"type": "text", "text": "a"}, {"thinking": "hm"}]}, "content parts"),
        ({"content": "<think>hm"}, None),
    ],
)
def test_u32_the_field_is_named_as_the_server_names_it(
    place: str, said: dict[str, Any], named: str | None
) -> None:
    assert reasoning_field({"choices": [{place: said}]}) == named


def test_only_a_completion_that_was_not_streamed_is_whole() -> None:
    assert is_whole({"choices": [{"message": {"content": "Hi"}}]})
    assert not is_whole({"choices": [{"delta": {"content": "Hi"}}]})


@given(JSON)
def test_u28_whatever_comes_the_search_ends(value: object) -> None:
    assert reasoning_field(value) in (None, "reasoning", "reasoning_content", "content parts")
