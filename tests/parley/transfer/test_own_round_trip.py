"""Any conversation at all comes back from its export byte for byte, apart from ids."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from parley.attachment import AttachedFile, Attachment, AttachmentKind
from parley.chat_settings import ChatSettings
from parley.conversation import (
    Conversation,
    Kind,
    LedgerEntry,
    Message,
    MessageState,
    Outcome,
    Record,
    Request,
    Role,
    new_id,
)
from parley.errors import Notice
from parley.pricing.price import Cost
from parley.usage import Count, State, Usage
from tests.parley.store.turns import NOON
from tests.parley.transfer.files import (
    exported,
    read,
    without_ids,
)

TEXTS = st.text(max_size=30)
NAMES = st.text(st.characters(codec="utf-8", categories=["L", "N", "P"]), max_size=12)
TIMES = st.datetimes(datetime(1971, 1, 1), datetime(2999, 1, 1), timezones=st.just(UTC))
MONEY = st.none() | st.decimals(allow_nan=False, allow_infinity=False)
COUNTS = st.builds(
    Count, st.none() | st.integers(0, 10**9), st.sampled_from(State), st.none() | st.integers(0, 9)
)
RAW = st.none() | st.dictionaries(NAMES, st.none() | st.integers() | TEXTS, max_size=3)
SETTINGS = st.builds(
    ChatSettings,
    system_prompt=st.sampled_from(["", "Be brief.", "“Ünïcode”\n"]),
    temperature=st.none() | st.floats(0, 2),
    seed=st.none() | st.integers(-(2**53) + 1, 2**53 - 1),
    stop=st.lists(st.sampled_from(["END", "\n"]), max_size=3).map(tuple),
    sent_messages=st.none() | st.integers(1, 99),
)


@st.composite
def _messages(draw: st.DrawFn, thread: str) -> tuple[list[Message], list[AttachedFile]]:
    messages: list[Message] = []
    files: list[AttachedFile] = []
    for _ in range(draw(st.integers(0, 5))):
        parent = draw(st.none() | st.sampled_from(messages)) if messages else None
        own_files = [_text_file(draw(TEXTS)) for _ in range(draw(st.integers(0, 2)))]
        files += own_files
        messages.append(
            Message(
                new_id(),
                thread,
                parent.id if parent else None,
                draw(st.sampled_from([Role.USER, Role.ASSISTANT])),
                draw(TEXTS),
                draw(TEXTS),
                draw(st.sampled_from(MessageState)),
                draw(TIMES),
                draw(NAMES),
                draw(NAMES),
                draw(st.none() | st.builds(Notice, NAMES, TEXTS, TEXTS, TEXTS, TEXTS)),
                tuple(draw(st.lists(NAMES, max_size=2))),
                tuple(file.attachment for file in own_files),
                imported=draw(RAW),
            )
        )
    return messages, files


def _text_file(text: str) -> AttachedFile:
    kept = text.replace("\0", "")
    known = Attachment(new_id(), "a.txt", AttachmentKind.TEXT, "text/plain", chars=len(kept))
    return AttachedFile(known, kept)


@st.composite
def records(draw: st.DrawFn) -> Record:
    thread = new_id()
    messages, files = draw(_messages(thread))
    conversation = Conversation(
        thread,
        draw(NAMES.filter(bool)),
        draw(TIMES),
        draw(TIMES),
        draw(NAMES),
        draw(NAMES),
        draw(st.sampled_from([one.id for one in messages])) if messages else None,
        draw(st.booleans()),
        draw(st.booleans()),
        draw(SETTINGS),
    )
    replies = [one for one in messages if one.role is Role.ASSISTANT]
    calls = tuple(draw(_call(one)) for one in replies if draw(st.booleans()))
    return Record(conversation, tuple(messages), tuple(files), calls)


@st.composite
def _call(draw: st.DrawFn, reply: Message) -> LedgerEntry:
    request = Request(
        new_id(),
        reply.id,
        reply.conversation_id,
        Kind.CHAT,
        draw(NAMES),
        "https://a.example",
        draw(NAMES),
        draw(TIMES),
        None,
        draw(st.none() | st.integers(1, 10**7)),
        {},
        {},
    )
    outcome = Outcome(
        request.attempt_id,
        NOON + timedelta(seconds=draw(st.integers(0, 99))),
        draw(st.sampled_from(MessageState)),
        Usage(draw(COUNTS), draw(COUNTS), draw(COUNTS), draw(COUNTS)),
        draw(RAW),
        Cost(draw(MONEY), draw(st.sampled_from(State)), draw(MONEY), source=draw(NAMES)),
        draw(MONEY),
        draw(st.none() | NAMES),
        time_to_first_token_s=draw(st.none() | st.floats(0, 99)),
    )
    return LedgerEntry(request, draw(st.none() | st.just(outcome)))


@given(st.lists(records(), min_size=1, max_size=3))
def test_x11_any_conversations_come_back_byte_for_byte_apart_from_ids(given: list[Record]) -> None:
    first = exported(*given)

    second = exported(*read(first).records)

    assert without_ids(second) == without_ids(first)
