"""What became of every message of a soak: in the store, at the upstream, on the page.

The store is read through its own calls and is never written to.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from bench.claim import Claim
from parley.conversation import LOCAL_OWNER, Message, MessageState, Role
from parley.request_messages import wire_messages
from parley.store import Store
from tests.upstream import Received

SHOWN = 4
"""So many of the last questions must stand on the page, each once, in order."""

REPORTED = 5
"""Problems of one kind that are named; the rest are counted."""


@dataclass(frozen=True)
class Verdict:
    """Sentences about what is wrong, by where; empty = nothing is."""

    sent: int
    in_store: tuple[str, ...]
    at_upstream: tuple[str, ...]
    on_page: tuple[str, ...]

    @property
    def is_clean(self) -> bool:
        return not (self.in_store or self.at_upstream or self.on_page)

    def claims(self, hang: str) -> Iterator[Claim]:
        """One line each; `hang` is empty when there was none."""
        yield Claim(
            f"{self.sent} messages sent, no hang{_because((hang,) if hang else ())}", not hang
        )
        yield _claim("The store holds every message once and in order", self.in_store)
        yield _claim("Every request carried the whole history", self.at_upstream)
        yield _claim("The page shows every message once and in order", self.on_page)


def judge(
    store: Store,
    conversation_id: str,
    *,
    questions: Sequence[str],
    words: Sequence[str],
    cut: Collection[int],
    doubled: Collection[str],
    requests: Sequence[Received],
    shown: str,
) -> Verdict:
    """Compare what was sent with what is there. `words[n]` is in the reply to `questions[n]`, unless it was cut."""
    path = store.messages(LOCAL_OWNER, conversation_id)
    return Verdict(
        len(questions),
        (*_store_order(path, questions), *_store_replies(path, words, cut)),
        tuple(_upstream(path, questions, requests)),
        tuple(_page(shown, questions, doubled)),
    )


def _store_order(path: Sequence[Message], questions: Sequence[str]) -> Iterator[str]:
    if len({message.id for message in path}) != 2 * len(questions):
        yield f"{len(path)} messages are stored, {2 * len(questions)} were sent and answered"
    roles = [message.role for message in path]
    if roles != [Role.USER, Role.ASSISTANT] * (len(path) // 2):
        yield "questions and replies do not take turns"
    asked = [message.text for message in path if message.role is Role.USER]
    for number, (kept, typed) in enumerate(zip(asked, questions, strict=False)):
        if kept != typed:
            yield f"message {number} is {kept!r}, {typed!r} was typed"


def _store_replies(
    path: Sequence[Message], words: Sequence[str], cut: Collection[int]
) -> Iterator[str]:
    replies = [message for message in path if message.role is Role.ASSISTANT]
    for number, (reply, word) in enumerate(zip(replies, words, strict=False)):
        others = [each for each in words if each != word and each in reply.text]
        if others:
            yield f"reply {number} holds words of others: {others}"
        if number in cut:
            is_kept = reply.state is MessageState.STOPPED and (word in reply.text or not reply.text)
        else:
            # Sent at its last word, it may be stopped before its end is read; its text is whole.
            ended = (MessageState.COMPLETE, MessageState.STOPPED)
            is_kept = reply.state in ended and reply.text.endswith(word)
        if not is_kept:
            yield f"reply {number} is {reply.state}: {reply.text[-40:]!r} without {word!r}"


def _upstream(
    path: Sequence[Message], questions: Sequence[str], requests: Sequence[Received]
) -> Iterator[str]:
    if len(requests) != len(questions):
        yield f"{len(requests)} requests for {len(questions)} messages"
    for number, request in enumerate(requests):
        if request.body["messages"] != wire_messages(path[: 2 * number + 1]):
            yield f"request {number} carried another history"


def _page(shown: str, questions: Sequence[str], doubled: Collection[str]) -> Iterator[str]:
    last = questions[-SHOWN:]
    places = [shown.find(question) for question in last]
    if -1 in places or places != sorted(places):
        yield f"the last {len(last)} questions are not all there in order"
    twice = [question for question in last if shown.count(question) > 1]
    if twice:
        yield f"there twice: {twice}"
    if doubled:
        yield f"{len(doubled)} replies stood there twice while a later one was written"


def _claim(words: str, problems: tuple[str, ...]) -> Claim:
    return Claim(f"{words}{_because(problems)}", not problems)


def _because(problems: tuple[str, ...]) -> str:
    if not problems:
        return ""
    more = len(problems) - REPORTED
    return f": {'; '.join(problems[:REPORTED])}{f'; and {more} more' if more > 0 else ''}"
