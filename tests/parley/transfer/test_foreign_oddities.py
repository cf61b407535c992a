"""Files of others with one odd value somewhere: refused, or kept so that our own export of it comes in again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.errors import ImportRefused
from parley.limits import LIMITS
from parley.transfer import export_markdown, export_openai_messages
from tests.parley.transfer.files import (
    chatgpt_with_branches,
    exported,
    open_webui_greeting,
    open_webui_reply,
    places,
    read,
    without_ids,
)


def items() -> dict[str, Any]:
    words = [{"type": "output_text", "text": "Because."}]
    thought = {"type": "reasoning", "summary": [], "content": words}
    output = [
        thought,
        {"type": "message", "content": words},
        {"type": "function_call", "name": "f"},
    ]
    return open_webui_reply(
        "", output=output, usage={"prompt_tokens": 1}, files=[{"type": "image"}]
    )


def request() -> dict[str, Any]:
    asked = {"role": "user", "content": [{"type": "text", "text": "Why?"}]}
    called = {"role": "assistant", "content": None, "tool_calls": [{"function": {"name": "f"}}]}
    prompt = {"role": "system", "content": "Be brief."}
    return {"model": "gpt-4o", "messages": [prompt, asked, called], "temperature": 1}


odd = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=9),
    st.sampled_from(["m1", "m2", "system", "developer", "x" * 301, "\ud800", 10**40, 1e300]),
)


@given(st.data())
@pytest.mark.parametrize(
    "made",
    [chatgpt_with_branches, open_webui_greeting, items, request],
    ids=lambda made: made.__name__,
)
def test_x6_x11_one_odd_value_is_refused_or_comes_back_the_same(
    made: Callable[[], dict[str, Any]], data: st.DataObject
) -> None:
    value = made()
    place = data.draw(st.sampled_from(places(value)))
    place(data.draw(odd | st.lists(odd, max_size=2) | st.dictionaries(st.text(), odd, max_size=2)))

    try:
        records = read([value]).records
    except ImportRefused as refused:
        assert refused.title.endswith(".")
        return

    first = exported(*records)
    assert without_ids(exported(*read(first).records)) == without_ids(first)
    assert all(export_markdown(one) and export_openai_messages(one) for one in records)


def test_x5_parts_that_are_too_long_together_are_refused() -> None:
    half = {"type": "text", "text": "x" * (LIMITS.reply_chars // 2)}
    content = [half, half]

    with pytest.raises(ImportRefused, match=r"Message 1 of “x{59}…” has 4,000,002 char"):
        read([{"role": "user", "content": content}])
