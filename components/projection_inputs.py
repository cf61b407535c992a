"""What a projection is made from, all of it in the address: the people, and the conversation that each of them has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

import streamlit as st

from components import number_fields
from components.my_use import counted
from components.number_fields import Field
from components.safe_text import safe_label
from components.services import Services
from components.state import Session
from parley.conversation import Conversation, LedgerEntry
from parley.conversation_shape import (
    MOST_TURNS,
    RealShape,
    Shape,
    calls_along,
    shape_of,
    typed_shape,
)
from parley.projection import DAYS_IN_A_MONTH, MOST_CONVERSATIONS, Audience
from parley.tokens_per_character import OWN_COUNT, Ratios, Scale, ratio_in_figures
from parley.usage import ABSURD_TOKENS

PARAMETER = "figures"
CONTROL = "projection-figures"
TYPED = "typed"
SOURCES: Mapping[str, str] = {"real": "The conversation", TYPED: "Typed figures"}

AUDIENCE = {
    "users": Field("Users", 1, MOST_CONVERSATIONS, assumed=100),
    "daily": Field("Conversations a day, per user", 0.0, 10_000.0, assumed=1.0, step=0.5),
    "month_days": Field("Days a month", 1, 31, assumed=DAYS_IN_A_MONTH),
}
_TRIMMED = {
    "last": Field(
        "Trim to the last messages",
        1,
        1_000,
        placeholder="Not trimmed",
        help="What it would cost if each request sent no more than these, the new one among them",
    ),
}
REAL = {"turns": Field("Turns", 1, MOST_TURNS, placeholder="As it was"), **_TRIMMED}
FIGURES = {
    "system": Field("System prompt, tokens", 0, ABSURD_TOKENS, assumed=0),
    "question": Field("Question, tokens", 1, ABSURD_TOKENS, assumed=100),
    "answer": Field("Answer, tokens", 0, ABSURD_TOKENS, assumed=300),
    "thoughts": Field("Reasoning, tokens", 0, ABSURD_TOKENS, assumed=0),
    "cached": Field("Cached, %", 0, 100, assumed=0, help="Of what each request sends again"),
}
TURNS = {"turns": Field("Turns", 1, MOST_TURNS, assumed=10), **_TRIMMED}


@dataclass(frozen=True)
class Inputs:
    """All that is needed to project."""

    audience: Audience
    shape: Shape
    last_messages: int | None
    words: str
    """Where the shape comes from; plain text."""
    scales: Mapping[str, Scale] = field(default_factory=dict)
    ratios: Ratios = field(default_factory=dict)
    """What the scales rest on."""
    counted_by: frozenset[str] = frozenset()
    """Ids of the models whose tokens these are; empty = typed, so the same on every model."""

    def rests_on(self, model_id: str) -> str:
        """A model's tokens per character, or what is taken instead, in a few words."""
        is_own = self.counted_by == {model_id}
        return OWN_COUNT if is_own else ratio_in_figures(self.ratios.get(model_id))


def is_typed(session: Session, conversation: Conversation | None) -> bool:
    """Whether the reader types the figures; without a conversation there is no other way."""
    return conversation is None or session.asked(PARAMETER) == TYPED


def show(session: Session, conversation: Conversation | None) -> None:
    """Draw the boxes."""
    if conversation is not None:
        _source(session)
    number_fields.show(session, AUDIENCE)
    typed = is_typed(session, conversation)
    if typed:
        number_fields.show(session, FIGURES)
        st.caption(
            "Of each turn. Every request sends again all that came before it, but the reasoning."
        )
    number_fields.show(session, TURNS if typed else REAL)
    fields = {**AUDIENCE, **(FIGURES | TURNS if typed else REAL)}
    bad = number_fields.unreadable(session, fields)
    if bad:
        words = f"These numbers of the address cannot be used, so others hold: {', '.join(bad)}."
        st.warning(safe_label(words))


def _source(session: Session) -> None:
    now = TYPED if session.asked(PARAMETER) == TYPED else "real"
    if session.widget(CONTROL) != now:
        session.set_widget(CONTROL, now)
    st.segmented_control(
        "Taken from",
        list(SOURCES),
        key=CONTROL,
        format_func=lambda name: f":gray[{SOURCES[name]}]",  # trusted: ours
        required=True,
        on_change=_chosen,
        args=(session,),
    )


def _chosen(session: Session) -> None:
    session.ask(PARAMETER, TYPED if session.widget(CONTROL) == TYPED else None)


def real_shape(services: Services, owner: str, conversation: Conversation) -> RealShape | None:
    """How the path that is shown grew; `None` = no call of it reported its figures."""
    calls: dict[str, list[LedgerEntry]] = {}
    for entry in services.store.ledger(owner, conversation_id=conversation.id):
        calls.setdefault(entry.request.reply_id, []).append(entry)
    return shape_of(calls_along(services.store.messages(owner, conversation.id), calls))


def read_typed(session: Session) -> Inputs:
    """What the address says, with typed figures.

    Raises:
        Refused: numbers that cannot be; the sentence says which.
    """
    numbers = {name: _whole(session, name, one) or 0 for name, one in FIGURES.items()}
    turns = _whole(session, "turns", TURNS["turns"]) or 0
    shape = typed_shape(
        system=numbers["system"],
        question=numbers["question"],
        answer=numbers["answer"],
        thoughts=numbers["thoughts"],
        cached_percent=numbers["cached"],
        turns=turns,
    )
    words = f"Typed figures, {counted(turns, 'turn', 'turns')}, the same tokens on every model."
    return Inputs(_audience(session), shape, _last(session), words)


def read_real(session: Session, real: RealShape, ratios: Ratios) -> Inputs:
    """What the address says, with a conversation that took place.

    Raises:
        Refused: numbers that cannot be; the sentence says which.
    """
    turns = _whole(session, "turns", REAL["turns"])
    shape = real.shape if turns is None else real.shape.resized(turns)
    words = real_words(real, shape)
    given = Inputs(_audience(session), shape, _last(session), words)
    scales = real.scales(ratios)
    return replace(
        given,
        scales=scales,
        ratios={model_id: ratios[model_id] for model_id in scales},
        counted_by=real.counted_by,
    )


def real_words(real: RealShape, shape: Shape) -> str:
    """What the shape rests on, and what was left out of it; plain text."""
    turns = counted(real.shape.turns, "turn", "turns")
    words = [f"Taken from {turns} as shown in Chat, with the tokens reported"]
    if shape.turns > real.shape.turns:
        words.append(f"the average one for the {shape.turns - real.shape.turns:,} after them")
    elif shape.turns < real.shape.turns:
        words.append(f"the first {shape.turns:,} of them")
    if real.left_out:
        words.append(f"{counted(real.left_out, 'call', 'calls')} left out")
    if real.cache_unsaid:
        words.append(
            f"of {counted(real.cache_unsaid, 'turn', 'turns')} nobody said what was cached: "
            "taken as nothing"
        )
    counting = ", ".join(sorted(real.counted_by))
    return (
        f"{'; '.join(words)}. Tokens as {counting} counted them; those of another model by its "
        "tokens per character where they were seen, else the same."
    )


def _audience(session: Session) -> Audience:
    daily = number_fields.value(session, "daily", AUDIENCE["daily"])
    return Audience(
        users=_whole(session, "users", AUDIENCE["users"]) or 0,
        conversations_a_day=Decimal(str(daily)),
        days_a_month=_whole(session, "month_days", AUDIENCE["month_days"]) or 0,
    )


def _last(session: Session) -> int | None:
    return _whole(session, "last", _TRIMMED["last"])


def _whole(session: Session, name: str, one: Field) -> int | None:
    number = number_fields.value(session, name, one)
    return None if number is None else int(number)
