"""One wire chunk as facts: every shape that servers send, and every shape that they should not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.chunks import Delta, ReplyReader, error_message, read_chunk, read_usage, read_whole


def streamed(delta: object, **more: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": delta, **more}]}


EMPTY: list[object] = [
    None, 7, "str", [1, 2], True, {}, {"choices": None}, {"choices": []}, {"choices": 7}, {"choices": [None, 7]},
    {"choices": [{}]}, {"choices": {"0": {}}}, streamed(None), streamed([]), streamed({"content": None}),
    streamed({"content": 42}), streamed({"content": {"text": "x"}}), streamed({"content": [1, None, {"text": 5}]}),
    streamed({"reasoning": 7, "tool_calls": 7}), streamed({"tool_calls": [None, {"function": "x"}]}),
    streamed({}, finish_reason=None), streamed({}, finish_reason=7), {"id": 7, "model": ["m"]}, {"usage": None},
    {"usage": "lots"}, {"timings": "fast"}, {"error": None}, {"error": ""}, {"error": {}}, {"x_groq": 1},
    {"choices": [{"index": 1, "delta": {"content": "the other"}}]},
]  # fmt: skip


@pytest.mark.parametrize("value", EMPTY, ids=repr)
def test_a_chunk_that_says_nothing_is_an_empty_delta_u_21_u_28(value: object) -> None:
    assert read_chunk(value) == Delta()


PARTS = [
    {"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]},
    {"type": "text", "text": "a"},
    {"type": "image_url", "image_url": {"url": "https://example.com/x.png"}},
    {"type": "text", "text": "b"},
]

SAID: list[tuple[str, object, Delta]] = [
    ("text", streamed({"content": "Hi"}), Delta(text="Hi")),
    ("U-28 parts", streamed({"content": PARTS}), Delta(text="ab", reasoning="hm")),
    ("a refusal", streamed({"content": None, "refusal": "No."}), Delta(text="No.")),
    ("U-32 reasoning_content", streamed({"reasoning_content": "hm"}), Delta(reasoning="hm")),
    ("U-32 reasoning", streamed({"content": "", "reasoning": "hm"}), Delta(reasoning="hm")),
    ("both names, once", streamed({"reasoning": "hm", "reasoning_content": "hm"}), Delta(reasoning="hm")),
    ("no index", {"choices": [{"delta": {"content": "a"}}]}, Delta(text="a")),
    (
        "U-29 another choice first",
        {"choices": [{"index": 1, "delta": {"content": "b"}}, {"index": 0, "delta": {"content": "a"}}]},
        Delta(text="a"),
    ),
    (
        "U-31 tools",
        streamed({"tool_calls": [{"function": {"name": "rm"}}, {"function": {}}], "function_call": {"name": "ls"}}),
        Delta(tool_calls=("rm", "ls")),
    ),
    ("U-30 finish reason as given", streamed({}, finish_reason="eos_token"), Delta(finish_reason="eos_token")),
    ("envelope", {"id": "c1", "model": "org/m"}, Delta(response_id="c1", model="org/m")),
    ("an endless model id", {"model": "m" * 10_000}, Delta(model="m" * 256)),
    ("U-24 what cannot be stored", {"model": "m\ud800\0"}, Delta(model="m\ufffd\ufffd")),
    ("U-22 error object", {"error": {"message": "No", "code": 503}}, Delta(error="No", error_code=503)),
    ("U-22 error string", {"error": "model crashed"}, Delta(error="model crashed")),
    ("U-22 error without words", {"error": {"code": 1}}, Delta(error="", error_code=1)),
    ("vLLM flat error", {"object": "error", "message": "No", "code": 400}, Delta(error="No", error_code=400)),
    ("error on a choice", streamed({}, error={"message": "No", "code": "x"}), Delta(error="No", error_code="x")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "delta"), [case[1:] for case in SAID], ids=[case[0] for case in SAID]
)
def test_what_a_chunk_says_is_read(value: object, delta: Delta) -> None:
    assert read_chunk(value) == delta


NOT_WHOLE: list[object] = [
    None, [], {}, {"object": "chat.completion"}, {"choices": []}, streamed({"content": "a"}), {"error": "x"},
    {"object": "list", "data": []}, {**streamed({"content": "a"}), "object": "chat.completion"},
    {"choices": [{"message": "text"}]},
]  # fmt: skip


@pytest.mark.parametrize("value", NOT_WHOLE, ids=repr)
def test_what_is_no_whole_completion_is_told_apart(value: object) -> None:
    assert read_whole(value) is None


def test_a_whole_completion_reads_like_a_stream_u_20() -> None:
    completion = {
        "id": "c1",
        "object": "chat.completion",
        "model": "m",
        "choices": [
            {"index": 0, "message": {"content": "Hi", "reasoning": "hm"}, "finish_reason": "stop"}
        ],
        "usage": {"prompt_tokens": 3, "completion_tokens": 2},
    }

    whole = read_whole(completion)

    assert whole is not None
    assert (whole.text, whole.reasoning, whole.finish_reason) == ("Hi", "hm", "stop")
    assert whole.usage is not None
    assert whole.usage.total_tokens.value == 5


@pytest.mark.parametrize(
    "value",
    [
        {"choices": [{"message": {"content": "Hi"}}]},
        {"object": "chat.completion", "choices": []},
        {"object": "chat.completion", "choices": [{"message": None}]},
    ],
)
def test_a_completion_with_little_in_it_is_still_one(value: object) -> None:
    assert read_whole(value) is not None


FASTAPI = [
    {"loc": ["body", "top_k"], "msg": "Extra inputs are not permitted", "type": "extra_forbidden"},
    {"loc": ["body", "messages", 0, "role"], "msg": "Field required"},
    {"loc": "body", "msg": 7},
    "nonsense",
]
NONE = ("", None, None)

ERRORS: list[tuple[object, tuple[str, str | int | None, str | None]]] = [
    (
        {"error": {"code": "invalid_api_key", "message": "Missing bearer", "type": "invalid_request_error"}},
        ("Missing bearer", "invalid_api_key", None),
    ),
    ({"error": {"code": 403, "message": "Country not supported"}}, ("Country not supported", 403, None)),
    ({"error": {"message": "No", "type": "insufficient_quota", "code": None}}, ("No", "insufficient_quota", None)),
    ({"error": {"message": "No", "param": "top_k", "code": True}}, ("No", None, "top_k")),
    ({"error": {"message": ["No"]}}, NONE),
    ([{"error": {"message": "No", "code": 400}}], ("No", 400, None)),
    ({"detail": "Not Found"}, ("Not Found", None, None)),
    ({"detail": {"message": "No", "code": "c"}}, ("No", "c", None)),
    (
        {"detail": FASTAPI},
        ("top_k: Extra inputs are not permitted; messages.role: Field required", None, "top_k"),
    ),
    ({"detail": 7}, NONE),
    ({"object": "error", "message": "No", "type": "BadRequest", "param": None, "code": 400}, ("No", 400, None)),
    ({"error": "model 'x' not found"}, ("model 'x' not found", None, None)),
    ({"error": 7}, NONE),
    ({"error": None, "message": "No"}, ("No", None, None)),
    ("<html>", NONE), (b"", NONE), (None, NONE), ([], NONE), ({}, NONE), (7, NONE),
]  # fmt: skip


@pytest.mark.parametrize(("body", "said"), ERRORS, ids=[repr(case[0])[:60] for case in ERRORS])
def test_every_shape_of_error_body_is_read(
    body: object, said: tuple[str, str | int | None, str | None]
) -> None:
    assert error_message(body) == said


WORDS = st.sampled_from([
    "choices", "delta", "message", "content", "text", "index", "usage", "prompt_tokens", "completion_tokens",
    "total_tokens", "error", "code", "param", "prompt_tokens_details", "cached_tokens",
    "completion_tokens_details", "reasoning_tokens", "cost", "timings", "prompt_ms", "cache_n", "prompt_n",
    "predicted_n", "predicted_per_second", "metrics", "x_groq", "prompt_time", "completion_time", "queue_time",
    "tool_calls", "function", "name", "object", "model", "id", "finish_reason", "reasoning", "thinking", "detail",
    "loc", "msg", "type"
])  # fmt: skip
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([10**400, -(10**400), 2**63, 0, 1])
    | st.floats()
    | st.text(st.characters(exclude_categories=[]))
    | st.sampled_from(["error", "chat.completion", "<think>", "</think>"])
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=6),
    max_leaves=30,
)


@settings(deadline=None)
@given(JSON)
def test_no_value_that_json_can_hold_makes_a_reader_raise_u_28(value: object) -> None:
    for said in (value, {"choices": [value]}, streamed(value), {"choices": value, "usage": value}):
        assert isinstance(read_chunk(said), Delta)
        assert isinstance(error_message(said), tuple)
        read_whole(said)
        read_usage(said)


@settings(deadline=None)
@given(st.lists(JSON | JSON.map(streamed), max_size=6))
def test_what_a_reader_has_put_together_can_always_be_stored(values: list[object]) -> None:
    reader = ReplyReader()

    pieces = [*(reader.feed(value) for value in values), reader.close()]

    everything = (reader.text, reader.reasoning, reader.model or "", *reader.tool_calls)
    assert "\0" not in "".join(everything)
    assert all(kept.encode() is not None for kept in everything)
    assert "".join(text for text, _ in pieces) == reader.text
    assert "".join(thought for _, thought in pieces) == reader.reasoning
    assert reader.chars == len(reader.text) + len(reader.reasoning)
