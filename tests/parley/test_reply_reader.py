"""Whole replies put together from their chunks, one realistic stream for each kind of server."""

from __future__ import annotations

import json
import time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.chunks import ReplyReader, ThinkSplitter, Timings
from parley.usage import Usage, reported


def delta(said: object, finish_reason: str | None = None, **more: Any) -> dict[str, Any]:
    choice = {"index": 0, "delta": said, "finish_reason": finish_reason}
    return {
        "id": "c1",
        "object": "chat.completion.chunk",
        "model": "m",
        "choices": [choice],
        **more,
    }


def content(text: str, **more: Any) -> dict[str, Any]:
    return delta({"content": text}, **more)


def last(usage: object, **more: Any) -> dict[str, Any]:
    return {"id": "c1", "model": "m", "choices": [], "usage": usage, **more}


def sent(prompt: int, completion: int, **more: object) -> dict[str, object]:
    total = prompt + completion
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": total, **more}


def counted(
    prompt: int, cached: int | None, completion: int, reasoning: int | None = None
) -> Usage:
    return Usage(reported(prompt), reported(cached), reported(completion), reported(reasoning))


def read(*values: object) -> ReplyReader:
    reader = ReplyReader()
    for value in values:
        reader.feed(value)
    reader.close()
    return reader


HELLO = (
    delta({"role": "assistant", "content": ""}),
    content("Hel"),
    content("lo"),
    delta({}, "stop"),
)
DETAILS = {
    "prompt_tokens_details": {"cached_tokens": 4},
    "completion_tokens_details": {"reasoning_tokens": 2},
}
LLAMA_TIMINGS = {
    "cache_n": 6,
    "prompt_n": 4,
    "prompt_ms": 20.0,
    "predicted_n": 7,
    "predicted_per_second": 50.0,
}
GROQ_USAGE = sent(10, 7, queue_time=0.1, prompt_time=0.1, completion_time=0.07, total_time=0.17)
EACH = [content(text, usage=sent(10, n)) for n, text in enumerate(("Hel", "lo"), 1)]

SERVERS: list[tuple[str, tuple[object, ...], Usage, str]] = [
    ("OpenAI", (*HELLO, last(sent(10, 7, **DETAILS))), counted(10, 4, 7, 2), ""),
    ("W&B", (delta({"reasoning": "hm", "content": None}), *HELLO, last(sent(10, 7))), counted(10, None, 7), "hm"),
    ("vLLM, usage on each chunk U-35", (*EACH, last(sent(10, 2))), counted(10, None, 2), ""),
    ("SGLang, usage null in between", (*EACH, delta({}, "stop", usage=None)), counted(10, None, 2), ""),
    (
        "llama.cpp",
        (delta({"reasoning_content": "hm"}), *HELLO, last(sent(10, 7), timings=LLAMA_TIMINGS)),
        counted(10, 6, 7),
        "hm",
    ),
    ("Ollama", (delta({"content": "", "reasoning": "hm"}), *HELLO, last(sent(10, 7))), counted(10, None, 7), "hm"),
    ("OpenRouter", (*HELLO, last(sent(10, 7, cost=0.0005, **DETAILS))), counted(10, 4, 7, 2), ""),
    (
        "DeepSeek",
        (delta({"reasoning_content": "hm"}), *HELLO[1:3], delta({}, "", usage=sent(9, 7, prompt_cache_hit_tokens=8))),
        counted(9, 8, 7),
        "hm",
    ),
    ("Groq", (*HELLO[:3], delta({}, "stop", x_groq={"id": "r", "usage": GROQ_USAGE})), counted(10, None, 7), ""),
    ("DeepInfra", (*HELLO, last(sent(10, 7, estimated_cost=3e-05))), counted(10, None, 7), ""),
    ("an Anthropic proxy", (*HELLO, last(sent(10, 7, cache_read_input_tokens=5))), counted(10, 5, 7), ""),
    (
        "xAI",
        (*HELLO, last({**sent(10, 7), "total_tokens": 20, "completion_tokens_details": {"reasoning_tokens": 3}})),
        counted(10, None, 10, 3),
        "",
    ),
    ("TGI, no nulls", ({"choices": [{"delta": {"content": "Hello"}}]}, last(sent(1, 2))), counted(1, None, 2), ""),
    ("think tags", (content("<thi"), content("nk>hm</think>\nHello"), last(sent(1, 2))), counted(1, None, 2), "hm"),
    (
        "U-20 a server that does not stream",
        ({"object": "chat.completion", "choices": [{"message": {"content": "Hello"}}], "usage": sent(10, 7)},),
        counted(10, None, 7),
        "",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "usage", "reasoning"), [case[1:] for case in SERVERS], ids=[case[0] for case in SERVERS]
)  # fmt: skip
def test_each_server_s_reply_reads_the_same(
    values: tuple[object, ...], usage: Usage, reasoning: str
) -> None:
    reply = read(*values)

    assert (reply.text, reply.reasoning, reply.usage) == ("Hello", reasoning, usage)


def test_cost_timings_and_names_are_kept_from_whichever_chunk_had_them() -> None:
    call = {"function": {"name": "search", "arguments": ""}}

    reply = read(
        content("a", timings=LLAMA_TIMINGS),
        delta({"tool_calls": [call, call, {"function": {"arguments": "{}"}}]}),
        delta({"tool_calls": [{"function": {"name": "open"}}]}, "tool_calls"),
        last(sent(10, 7, cost=0.0005), model=None),
    )

    assert (reply.model, reply.response_id, reply.finish_reason) == ("m", "c1", "tool_calls")
    assert reply.tool_calls == ("search", "open")
    assert reply.timings == Timings(0.02, 50.0)
    assert reply.reported_cost == Decimal("0.0005")


def test_the_last_usage_with_a_count_wins_and_is_the_raw_one_u_35_u_37() -> None:
    reply = read(last({}), last(sent(10, 2)), last(sent(10, 7)), last({"prompt_tokens": "lots"}))

    assert reply.usage == counted(10, None, 7)
    assert reply.raw_usage == sent(10, 7)


def test_usage_that_cannot_be_read_is_kept_as_received() -> None:
    reply = read(last({"prompt_tokens": "lots"}))

    assert reply.usage is None
    assert reply.raw_usage == {"prompt_tokens": "lots"}


def test_an_error_in_mid_stream_leaves_the_text_that_had_come_u_22() -> None:
    reply = read(content("Hel"), {"error": {"message": "GPU lost", "code": 500}})

    assert (reply.text, reply.error, reply.error_code) == ("Hel", "GPU lost", 500)


def test_a_pair_split_over_chunks_is_joined_and_a_lone_surrogate_replaced_u_24() -> None:
    halves = json.loads(r'["a\ud83d", "\ude00b", "\ud83d", "c\ude00", "\ud83d"]')

    reply = read(*(content(half) for half in halves))

    assert reply.text == "a😀b\ufffdc\ufffd\ufffd"


def test_what_is_read_while_a_reply_runs_lags_by_a_tag_at_most() -> None:
    reader = ReplyReader()

    assert reader.feed(content("  <th")) == ("", "")
    assert reader.feed(content("ink>hm</thi")) == ("", "hm")
    assert reader.feed(content("nk> Hi")) == ("Hi", "")
    assert (reader.text, reader.reasoning, reader.chars) == ("Hi", "hm", 4)


def test_a_reply_in_very_many_pieces_takes_linear_time_u_25() -> None:
    reader = ReplyReader()
    piece = content("x")
    began = time.process_time()

    for _ in range(20_000):
        reader.feed(piece)

    assert reader.text == "x" * 20_000
    assert time.process_time() - began < 5


THOUGHTS: list[tuple[str, str, str]] = [
    ("<think>hm</think>Hi", "Hi", "hm"),
    (" \n<think>\nhm\n</think>\n\nHi there", "Hi there", "hm\n"),
    ("<think>\n\n</think>\n\nHi", "Hi", ""),
    ("<think>never closed", "", "never closed"),
    ("<think>cut in </thi", "", "cut in </thi"),
    ("<think>a < b </b></think>c", "c", "a < b </b>"),
    ("<think>", "", ""),
    ("<think>a</think>b<think>c</think>", "b<think>c</think>", "a"),
    ("The tag <think> is not one", "The tag <think> is not one", ""),
    ("only closed</think>Hi", "only closed</think>Hi", ""),
    ("<thinking>other</thinking>", "<thinking>other</thinking>", ""),
    ("<th", "<th", ""),
    ("  ", "  ", ""),
    (" " * 300 + "<think>late", " " * 300 + "<think>late", ""),
    ("", "", ""),
]


def split(*pieces: str) -> tuple[str, str]:
    splitter = ThinkSplitter()
    parts = [*(splitter.feed(piece) for piece in pieces), splitter.close()]
    return "".join(text for text, _ in parts), "".join(thought for _, thought in parts)


@pytest.mark.parametrize(
    ("reply", "text", "reasoning"), THOUGHTS, ids=[t[0][:30] for t in THOUGHTS]
)
def test_think_tags_split_the_same_however_the_reply_is_cut_up(
    reply: str, text: str, reasoning: str
) -> None:
    assert split(reply) == split(*reply) == (text, reasoning)
    for cut in range(len(reply)):
        assert split(reply[:cut], "", reply[cut:]) == (text, reasoning)


@settings(deadline=None)
@given(st.lists(st.text(max_size=8) | st.sampled_from(["<think>", "</think>", "</", " "])))
def test_splitting_never_depends_on_where_the_pieces_end(pieces: list[str]) -> None:
    whole = "".join(pieces)
    text, thought = split(*pieces)

    assert (text, thought) == split(whole)
    if not whole.lstrip().startswith("<think>"):
        assert (text, thought) == (whole, "")
