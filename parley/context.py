"""How full the context window will be with the next message, learned from the usage of the last reply.

Always an estimate: the last request's tokens are known, but not what a template makes of the next one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from parley.attaching import estimated_tokens
from parley.attachment import Attachment
from parley.conversation import LedgerEntry, Message, Outcome, Role
from parley.request_messages import sendable
from parley.usage import CHARS_PER_TOKEN, Count, State


@dataclass(frozen=True)
class Carried:
    """What the next request carries before anything new is written."""

    tokens: Count
    """ESTIMATED; 0 and REPORTED in an empty conversation."""
    chars_per_token: float
    """Seen on the last reply, or the usual 4."""
    is_learned: bool
    """Whether usage that an endpoint reported went into it."""

    def with_text(self, chars: int, attachments: Sequence[Attachment] = ()) -> Count:
        """With so many characters more, and files."""
        added = [estimated_tokens(known).value or 0 for known in attachments]
        more = round(chars / self.chars_per_token) + sum(added)
        return Count((self.tokens.value or 0) + more, State.ESTIMATED)


def carried(
    path: Sequence[Message],
    calls: Mapping[str, Sequence[LedgerEntry]],
    *,
    system_prompt: str = "",
    at_most: int | None = None,
) -> Carried:
    """What a next message takes along. `path` is the end of the active path, `calls` the attempts by reply id.

    With a limit on the messages that are sent, or without reported usage, characters are counted.
    """
    sent = sendable(path, at_most)
    known = _last_reported(path, calls)
    ratio = CHARS_PER_TOKEN if known is None else _ratio(*known)
    if not sent and not system_prompt:
        return Carried(Count(0, State.REPORTED), ratio, known is not None)
    if known is None or len(sent) < len(sendable(path)):
        tokens = _counted(sent, system_prompt, ratio)
        return Carried(Count(tokens, State.ESTIMATED), ratio, known is not None)
    _, outcome, reply = known
    told = (outcome.usage.input_tokens.value or 0) + (outcome.usage.output_tokens.value or 0)
    # Thoughts are never sent back.
    told -= outcome.usage.reasoning_tokens.value or 0
    later = sent[sent.index(reply) + 1 :] if reply in sent else []
    tokens = told + _counted(later, "", ratio)
    return Carried(Count(max(0, tokens), State.ESTIMATED), ratio, True)


def _last_reported(
    path: Sequence[Message], calls: Mapping[str, Sequence[LedgerEntry]]
) -> tuple[LedgerEntry, Outcome, Message] | None:
    for message in reversed(path):
        if message.role is not Role.ASSISTANT:
            continue
        attempts = calls.get(message.source_id or message.id, ())
        outcome = attempts[-1].outcome if attempts else None
        if outcome is not None and _is_reported(outcome):
            return attempts[-1], outcome, message
    return None


def _is_reported(outcome: Outcome) -> bool:
    counts = outcome.usage.input_tokens, outcome.usage.output_tokens
    return all(count.state is State.REPORTED and count.value for count in counts)


def _ratio(entry: LedgerEntry, outcome: Outcome, _: Message) -> float:
    """Characters per token of the last request; a handful of characters says nothing."""
    chars, tokens = sum(entry.request.composition.values()), outcome.usage.input_tokens.value or 0
    if chars < 400 or not tokens:
        return CHARS_PER_TOKEN
    return min(8.0, max(1.0, chars / tokens))


def _counted(messages: Sequence[Message], system_prompt: str, ratio: float) -> int:
    chars = len(system_prompt) + sum(len(message.text) for message in messages)
    files = [known for message in messages for known in message.attachments]
    return round(chars / ratio) + sum(estimated_tokens(known).value or 0 for known in files)


def messages_that_fit(path: Sequence[Message], window: int, ratio: float, reserve: int) -> int:
    """How many of the last messages fit into a window, with `reserve` tokens left for what is new; at least one."""
    left = window - reserve
    count = 0
    for message in reversed(sendable(path)):
        left -= _counted([message], "", ratio)
        if left < 0:
            break
        count += 1
    return max(1, count)
