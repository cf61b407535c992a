"""The reader's own use: tokens per request and requests per month, typed or taken from a conversation.

It stands in the address as one parameter, `use=in,out,cached,requests`, so that a link carries it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from components import notices
from components.safe_text import plain, safe_label
from components.services import Services
from components.state import Session
from parley.conversation import Conversation
from parley.errors import Refused, StoreError
from parley.pricing.monthly import (
    MOST_REQUESTS,
    AverageUse,
    Fields,
    Use,
    read_fields,
    use_of,
    use_of_conversation,
    write_fields,
)
from parley.usage import ABSURD_TOKENS

PARAMETER = "use"
KEYS = ("use-in", "use-out", "use-cached", "use-requests")
TAKEN = "use-conversation"
RECENT = 20
"""So many conversations are offered to take from."""
ASSUMED_REQUESTS = 1_000
"""Filled in, for the reader to change, where tokens were taken from a conversation and nothing was typed."""

_LABELS = ("Tokens in per request", "Tokens out per request", "Of those in, cached")
_REQUESTS = "Requests per month"


def asked_use(session: Session) -> Use | None:
    """The use that the address names; `None` when it is not complete or cannot be."""
    try:
        return use_of(read_fields(session.asked(PARAMETER)))
    except Refused:
        return None


def show(services: Services, owner: str, session: Session) -> Use | None:
    """Draw the four numbers and where they may be taken from; return the use once they make one."""
    asked = session.asked(PARAMETER)
    fields = read_fields(asked)
    _numbers(session, fields)
    try:
        _take_from(services, owner, session, fields)
    except StoreError as unreadable:
        notices.show(unreadable.notice, key="use-notice")
    if not _is_understood(asked, fields):
        st.warning("Some of the numbers in the address cannot be read; those are left empty.")
    try:
        use = use_of(fields)
    except Refused as refused:
        st.warning(safe_label(refused.title))
        return None
    st.caption(
        "With tokens in, tokens out and requests, each model shows what a month costs."
        if use is None
        else "≈ by the price that each model has now; – where the price is not known, or where the context window "
        f"is known to be smaller than {use.tokens:,} tokens."
    )
    return use


def _is_understood(asked: str | None, fields: Fields) -> bool:
    said = "".join((asked or "").split())
    return said.rstrip(",") == (write_fields(fields) or "").rstrip(",")


def _numbers(session: Session, fields: Fields) -> None:
    """The address is what counts: the boxes are set to it before they are drawn."""
    for key, number in zip(KEYS, fields, strict=True):
        if session.widget(key) != number:
            session.set_widget(key, number)
    for column, key, label in zip(st.columns(4), KEYS, (*_LABELS, _REQUESTS), strict=True):
        with column:
            _number(session, key, label)


def _number(session: Session, key: str, label: str) -> None:
    is_requests = key == KEYS[-1]
    st.number_input(
        label,  # trusted: one of the labels above
        min_value=1 if is_requests else 0,
        max_value=MOST_REQUESTS if is_requests else ABSURD_TOKENS,
        value=None,
        step=1,
        key=key,
        placeholder="None" if key == KEYS[2] else "Type a number",
        on_change=_typed,
        args=(session,),
    )


def _typed(session: Session) -> None:
    tokens_in, tokens_out, cached, requests = (session.widget(key) for key in KEYS)
    session.ask(PARAMETER, write_fields((tokens_in, tokens_out, cached, requests)))


def recent_conversations(services: Services, owner: str) -> list[Conversation]:
    """The ones that were written to last, the last of all first; archived ones are left out."""
    found = services.store.conversations(owner)
    return sorted(found, key=lambda one: one.updated_at, reverse=True)[:RECENT]


def average_of(services: Services, owner: str, conversation_id: str) -> AverageUse | None:
    """What a request of this conversation held on average, as far as the endpoints reported it."""
    calls = services.store.usage_of_conversation(owner, conversation_id)
    return use_of_conversation(None if call is None else call.usage for call in calls)


def _take_from(services: Services, owner: str, session: Session, fields: Fields) -> None:
    titles = titles_of(recent_conversations(services, owner))
    if not titles:
        return
    if session.widget(TAKEN) not in titles:
        session.set_widget(TAKEN, None)
    taken = st.selectbox(
        "Take from a conversation",
        list(titles),
        index=None,
        key=TAKEN,
        format_func=lambda one: plain(titles.get(one, "")),
        placeholder="The last one comes first",
        on_change=_take,
        args=(services, owner, session),
    )
    if taken is not None:
        _explain(average_of(services, owner, taken), fields)


def titles_of(conversations: Sequence[Conversation]) -> dict[str, str]:
    """Id → title. The browser sends back the text of a choice, so that two of one title are told apart."""
    repeated = Counter(one.title for one in conversations)
    return {
        one.id: one.title
        if repeated[one.title] == 1
        else f"{one.title} (begun {one.created_at:%Y-%m-%d %H:%M} UTC, {one.id[:6]})"
        for one in conversations
    }


def _take(services: Services, owner: str, session: Session) -> None:
    taken = session.widget(TAKEN)
    try:
        average = average_of(services, owner, taken) if taken else None
    except StoreError:
        return  # the page is drawn next, reads the same and says why it cannot
    if average is None:
        return
    requests = read_fields(session.asked(PARAMETER))[3] or ASSUMED_REQUESTS
    session.ask(PARAMETER, write_fields((*tokens_of(average), requests)))


def tokens_of(average: AverageUse) -> tuple[int, int, int]:
    """Tokens in, out and cached, in the order of the boxes."""
    return average.input_tokens, average.output_tokens, average.cached_tokens


def _explain(average: AverageUse | None, fields: Fields) -> None:
    if average is None:
        st.caption("No reply of this conversation reported what it used, so nothing can be taken.")
    elif fields[:3] == tokens_of(average):
        st.caption(safe_label(average_words(average)))
    else:
        st.caption("The numbers were changed since they were taken.")


def average_words(average: AverageUse) -> str:
    """What an average was taken from, and what was left out of it."""
    words = [f"Averages of {counted(average.replies, 'reply', 'replies')}."]
    if average.left_out:
        calls = counted(average.left_out, "call", "calls")
        words.append(f"Left out: {calls} without reported figures.")
    if average.cache_unsaid:
        replies = counted(average.cache_unsaid, "reply", "replies")
        words.append(f"Of {replies} nobody said what was cached: taken as nothing.")
    return " ".join(words)


def counted(number: int, one: str, many: str) -> str:
    """
    >>> counted(1, "reply", "replies"), counted(1200, "reply", "replies")
    ('1 reply', '1,200 replies')
    """
    return f"{number:,} {one if number == 1 else many}"
