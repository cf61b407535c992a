"""One decoded chunk of a stream, or one whole completion, as facts. A chunk that says nothing is an empty `Delta`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from parley.chunks.counts import Timings, read_cost, read_timings, read_usage, with_llama_timings
from parley.chunks.error_body import Code, error_message
from parley.chunks.wire import NOTHING, items, label, mapping, text
from parley.usage import Usage


@dataclass(frozen=True)
class Delta:
    """What one chunk adds."""

    text: str = ""
    reasoning: str = ""
    tool_calls: tuple[str, ...] = ()
    """Names of tools that the model asks for."""
    finish_reason: str | None = None
    model: str | None = None
    response_id: str | None = None
    usage: Usage | None = None
    """`None` = this chunk has no usage; a count in it may still be unknown."""
    raw_usage: Mapping[str, Any] | None = None
    """The usage object as received."""
    reported_cost: Decimal | None = None
    """US dollars that the server itself named; `0` = it said so."""
    timings: Timings | None = None
    error: str | None = None
    """What an error event says; empty when it says nothing, `None` = this is no error event."""
    error_code: Code = None


def read_chunk(value: object) -> Delta:
    """One chunk of a stream, of which only the first choice is ours."""
    chunk = mapping(value)
    choice = _first_choice(chunk)
    return _read(chunk, choice, mapping(choice.get("delta")))


def read_whole(value: object) -> Delta | None:
    """A completion that was not streamed; `None` when it is not one."""
    completion = mapping(value)
    choice = _first_choice(completion)
    message = choice.get("message")
    calls_itself_one = completion.get("object") == "chat.completion" and "choices" in completion
    if "delta" in choice or not (calls_itself_one or isinstance(message, Mapping)):
        return None
    return _read(completion, choice, mapping(message))


def _first_choice(chunk: Mapping[str, Any]) -> Mapping[str, Any]:
    choices = [mapping(choice) for choice in items(chunk.get("choices"))]
    return next((choice for choice in choices if choice.get("index") in (0, None)), NOTHING)


def _read(chunk: Mapping[str, Any], choice: Mapping[str, Any], said: Mapping[str, Any]) -> Delta:
    raw_usage = _usage_object(chunk, choice)
    usage = None if raw_usage is None else read_usage(raw_usage)
    error, error_code = _error(chunk, choice)
    content, thought = _content(said.get("content"))
    return Delta(
        text=content or text(said.get("refusal")),
        reasoning=text(said.get("reasoning")) or text(said.get("reasoning_content")) or thought,
        tool_calls=_tool_names(said),
        finish_reason=label(choice.get("finish_reason")),
        model=label(chunk.get("model")),
        response_id=label(chunk.get("id")),
        usage=with_llama_timings(usage, mapping(chunk.get("timings"))),
        raw_usage=raw_usage,
        reported_cost=read_cost(raw_usage or NOTHING),
        timings=read_timings(chunk, raw_usage or NOTHING),
        error=error,
        error_code=error_code,
    )


def _usage_object(chunk: Mapping[str, Any], choice: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Where OpenAI, Groq and Moonshot put it, in this order."""
    places = (chunk.get("usage"), mapping(chunk.get("x_groq")).get("usage"), choice.get("usage"))
    return next((place for place in places if isinstance(place, Mapping)), None)


def _content(content: object) -> tuple[str, str]:
    """Text and thought of a message's content: a string, or a list of parts of which text is read."""
    if not isinstance(content, list):
        return text(content), ""
    parts = [mapping(part) for part in content]
    return _joined(parts), "".join(_thought(part.get("thinking")) for part in parts)


def _thought(thinking: object) -> str:
    return text(thinking) or _joined([mapping(part) for part in items(thinking)])


def _joined(parts: list[Mapping[str, Any]]) -> str:
    return "".join(text(part.get("text")) for part in parts)


def _tool_names(said: Mapping[str, Any]) -> tuple[str, ...]:
    functions = [mapping(call).get("function") for call in items(said.get("tool_calls"))]
    names = [
        label(mapping(function).get("name")) for function in (*functions, said.get("function_call"))
    ]
    return tuple(name for name in names if name)


def _error(chunk: Mapping[str, Any], choice: Mapping[str, Any]) -> tuple[str | None, Code]:
    """An error event: `error` on the chunk, on its choice, or a flat object that calls itself one."""
    if chunk.get("error") or chunk.get("object") == "error":
        said, code, _ = error_message(chunk)
    elif choice.get("error"):
        said, code, _ = error_message(choice)
    else:
        return None, None
    return said, code
