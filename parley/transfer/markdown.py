"""The shown path of a conversation as Markdown to read: who said what, and the receipts in words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from parley.conversation import LedgerEntry, Message, MessageState, Outcome, Record, Role
from parley.outcomes import was_refused
from parley.pricing.wording import (
    UNKNOWN_FIGURE,
    write_cost,
    write_count,
    write_duration,
    write_speed,
)
from parley.transfer.active_path import active_path
from parley.transfer.part import one_title
from parley.transfer.plain_markdown import harmless, one_line, quoted
from parley.transfer.receipts import by_reply, written
from parley.usage import Count, State

_STATE_WORDS = {
    MessageState.STOPPED: "Stopped before its end.",
    MessageState.STREAMING: "Still being written when this was exported.",
    MessageState.INTERRUPTED: "Parley ended while this reply ran.",
}


def export_markdown(record: Record) -> str:
    """Front matter, the system prompt, the messages of the shown path with their receipts; no other branch."""
    calls = by_reply(record.calls)
    parts = [*_head(record)]
    for message in active_path(record):
        parts += _message(message, calls)
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(record: Record) -> Iterator[str]:
    conversation = record.conversation
    title = one_title(conversation.title) or "Conversation"
    facts = {
        "title": title,
        "created": written(conversation.created_at),
        "updated": written(conversation.updated_at),
        "endpoint": conversation.endpoint,
        "model": conversation.model,
    }
    yield "\n".join(["---", *(f"{name}: {_yaml(value)}" for name, value in facts.items()), "---"])
    yield f"# {one_line(title)}"
    if conversation.settings.system_prompt:
        yield "## System prompt"
        yield harmless(conversation.settings.system_prompt)


def _yaml(text: str) -> str:
    """A JSON text is a YAML text. Not every reader of Markdown knows front matter, so nothing in it may act either."""
    shown = "".join(char if char.isprintable() else " " for char in text)
    written_out = json.dumps(shown, ensure_ascii=False)
    return written_out.replace("![", r"\u0021[").replace("<", r"\u003c")


def _message(message: Message, calls: Mapping[str, Sequence[LedgerEntry]]) -> Iterator[str]:
    is_reply = message.role is Role.ASSISTANT
    yield f"## {_speaker(message)}"
    if message.reasoning:
        yield f"Thoughts:\n\n{quoted(message.reasoning)}"
    yield harmless(message.text)
    names = ", ".join(one_line(known.name) for known in message.attachments)
    yield f"*Attached: {names}*" if names else ""
    tools = ", ".join(one_line(name) for name in message.tool_calls)
    yield f"*Tools asked for, not run: {tools}*" if tools else ""
    yield _ending(message)
    if is_reply:
        yield _receipt(message, calls)


def _speaker(message: Message) -> str:
    if message.role is not Role.ASSISTANT:
        return "You" if message.role is Role.USER else "System prompt"
    return f"Reply of {one_line(message.model)}" if message.model else "Reply"


def _ending(message: Message) -> str:
    words = _STATE_WORDS.get(message.state, "")
    if message.notice is not None:
        words = one_line(message.notice.title)
    return f"*{words}*" if words else ""


def _receipt(message: Message, calls: Mapping[str, Sequence[LedgerEntry]]) -> str:
    entries = calls.get(message.id) or calls.get(message.source_id or "")
    if entries:
        return f"*Receipt: {one_line(_in_words(entries[-1]))}*"
    if message.imported is None:
        return "*Receipt: none; no call of this Parley is known, and its usage is unknown (–).*"
    # No line of such JSON can close the fence: what came from outside stands in quotation marks.
    said = json.dumps(message.imported, ensure_ascii=False, indent=2, sort_keys=True)
    return f"*Receipt that came with an import, not counted here:*\n\n```json\n{said}\n```"


def _in_words(entry: LedgerEntry) -> str:
    asked = f"{entry.request.model} at {entry.request.endpoint}, {written(entry.request.sent_at)}"
    outcome = entry.outcome
    if outcome is None:
        return f"usage unknown ({UNKNOWN_FIGURE}), Parley ended while the call ran · {asked}"
    if was_refused(outcome.http_status, outcome.error_kind, outcome.usage):
        return f"no usage, the endpoint refused the call · {asked}"
    return " · ".join([*_figures(outcome), asked])


def _figures(outcome: Outcome) -> Iterator[str]:
    usage, cost = outcome.usage, outcome.cost
    yield f"in {write_count(usage.input_tokens)} (cached {write_count(usage.cached_tokens)})"
    yield f"out {write_count(usage.output_tokens)} (reasoning {write_count(usage.reasoning_tokens)})"
    yield f"cost {write_cost(cost)}"
    if cost.source:
        dated = f" of {cost.as_of.isoformat()}" if cost.as_of else ""
        yield f"priced by {cost.source}{dated}"
    yield f"{write_duration(outcome.time_to_first_token_s)} to first token"
    yield _speed(outcome, usage.output_tokens)
    if outcome.finish_reason:
        yield f"finish reason {outcome.finish_reason}"


def _speed(outcome: Outcome, out: Count) -> str:
    """Measured here, a speed is only as good as the count that it was made from."""
    if outcome.tokens_per_second is None:
        return f"{UNKNOWN_FIGURE} tokens/s"
    is_exact = out.state is State.REPORTED or outcome.speed_source == "server"
    return f"{'' if is_exact else '≈'}{write_speed(outcome.tokens_per_second)}"
