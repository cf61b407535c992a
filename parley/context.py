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
    """ESTIMATED, or PARTIAL where more may go along; 0 and REPORTED in an empty conversation."""
    chars_per_token: float
    """Seen on the last reply, or the usual 4."""
    is_learned: bool
    """Whether usage that an endpoint reported went into it."""

    def with_text(self, chars: int, attachments: Sequence[Attachment] = ()) -> Count:
        """With so many characters more, and files."""
        added = [estimated_tokens(known).value or 0 for known in attachments]
        more = round(chars / self.chars_per_token) + sum(added)
        at_least = self.tokens.state is State.PARTIAL
        state = State.PARTIAL if at_least else State.ESTIMATED
        return Count((self.tokens.value or 0) + more, state)


def carried(
    path: Sequence[Message],
    calls: Mapping[str, Sequence[LedgerEntry]],
    *,
    system_prompt: str = "",
    at_most: int | None = None,
    is_whole: bool = True,
) -> Carried:
    """What a next message takes along. `path` is the end of the active path, `calls` the attempts by reply id.

    Built upon the last call: its request held everything before it. `is_whole`: nothing comes before `path`; else
    and without such a call, what is counted is the least (PARTIAL).
    """
    sent = carried_along(path, at_most)
    base = _last_call(sent, calls)
    ratio = CHARS_PER_TOKEN if base is None else _ratio(base[0], base[1])
    if not sent and not system_prompt:
        return Carried(Count(0, State.REPORTED), ratio, is_learned=False)
    if base is None or at_most is not None or not _holds_all_before(base, sent):
        tokens = _counted(sent, system_prompt, ratio)
        is_all = is_whole or (at_most is not None and len(sent) < len(sendable(path)))
        state = State.ESTIMATED if is_all else State.PARTIAL
        return Carried(Count(tokens, state), ratio, base is not None and _is_reported(base[1]))
    entry, outcome, reply = base
    told = _told(entry, outcome, reply, ratio)
    told += round((len(system_prompt) - entry.request.composition.get("system", 0)) / ratio)
    later = sent[sent.index(reply) + 1 :]
    tokens = max(0, told + _counted(later, "", ratio))
    return Carried(Count(tokens, State.ESTIMATED), ratio, _is_reported(outcome))


def carried_along(path: Sequence[Message], at_most: int | None) -> list[Message]:
    """The messages that go with the next one, which is itself one of the `at_most`."""
    whole = sendable(path)
    if at_most is None or len(whole) < at_most:
        return whole
    end = whole[len(whole) - at_most + 1 :]
    first_question = next((n for n, one in enumerate(end) if one.role is Role.USER), len(end))
    return end[first_question:]


Base = tuple[LedgerEntry, Outcome, Message]


def _last_call(sent: Sequence[Message], calls: Mapping[str, Sequence[LedgerEntry]]) -> Base | None:
    """The last reply that goes along, with the call that brought it."""
    for message in reversed(sent):
        attempts = calls.get(message.source_id or message.id, ())
        outcome = attempts[-1].outcome if attempts else None
        if message.role is Role.ASSISTANT and outcome is not None:
            return attempts[-1], outcome, message
    return None


def _holds_all_before(base: Base, sent: Sequence[Message]) -> bool:
    """Whether its request had what goes along now; it had not, if the conversation sent its end alone then."""
    entry, _, reply = base
    parts = entry.request.composition
    had = sum(chars for name, chars in parts.items() if name != "system")
    before = sent[: sent.index(reply)]
    return had >= sum(len(message.text) for message in before)


def _told(entry: LedgerEntry, outcome: Outcome, reply: Message, ratio: float) -> int:
    """Tokens of the call's request and of its reply. Thoughts are never sent back."""
    if not _is_reported(outcome):
        chars = sum(entry.request.composition.values()) + len(reply.text)
        return round(chars / ratio)
    usage = outcome.usage
    thoughts = usage.reasoning_tokens.value or 0
    return (usage.input_tokens.value or 0) + (usage.output_tokens.value or 0) - thoughts


def _is_reported(outcome: Outcome) -> bool:
    counts = outcome.usage.input_tokens, outcome.usage.output_tokens
    return all(count.state is State.REPORTED and count.value for count in counts)


def _ratio(entry: LedgerEntry, outcome: Outcome) -> float:
    """Characters per token of the last request; a handful of characters says nothing."""
    if not _is_reported(outcome):
        return CHARS_PER_TOKEN
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
