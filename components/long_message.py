"""The editor for a long message: its text is counted, which Streamlit's message box does not allow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from components import composer
from components.mailbox import Interruption
from components.safe_text import safe_label
from components.services import Services
from components.state import Session
from parley.catalog.model import Model
from parley.context import Carried
from parley.next_turn_cost import added_by_text
from parley.pricing.price import Price
from parley.pricing.wording import UNKNOWN_FIGURE, write_count, write_money
from parley.usage import estimated

FIELD = "long-message"
HEIGHT_PX = 240
WHEN = "Counted when you leave the field or press Ctrl+Enter."
"""A text area tells of its text at no other moment."""


def opener(session: Session) -> None:
    """Open or close the editor; its text stays."""
    st.button(
        "Long message",
        key="toggle-long-message",
        icon=":material/edit_note:",
        type="tertiary",
        on_click=_toggle,
        args=(session,),
    )


def typed(session: Session) -> str:
    """What stands in the open editor."""
    return str(session.widget(FIELD) or "") if session.is_writing_long else ""


def show(
    services: Services,
    owner: str,
    session: Session,
    model: Model | None,
    carried: Callable[[], Carried],
) -> None:
    """Draw the editor, if it is open, and what its text comes to. `carried`: what goes along with it."""
    if not session.is_writing_long:
        return
    st.text_area(
        "Long message",
        key=FIELD,
        height=HEIGHT_PX,
        persist_state="session",
    )
    text = typed(session)
    price = model.price if model is not None else None
    st.caption(safe_label(f"{weight(len(text), carried(), price)} {WHEN}" if text else WHEN))
    st.button(
        "Send the long message",
        key="send-long-message",
        type="primary",
        on_click=_send,
        args=(services, owner, session),
    )


def weight(chars: int, carried: Carried, price: Price | None) -> str:
    """How many tokens a text has, and what they add to the cost of the next turn; plain text."""
    tokens = write_count(estimated(chars, carried.chars_per_token))
    return f"{chars:,} characters · {tokens} tokens · {_added(carried, chars, price)}."


def _added(carried: Carried, chars: int, price: Price | None) -> str:
    added = added_by_text(carried, chars, price)
    if price is None or added is None:
        return f"price {UNKNOWN_FIGURE}"
    return "free" if price.free else f"adds ≈{write_money(added)} to the next turn"


def _toggle(session: Session) -> None:
    session.is_writing_long = not session.is_writing_long


def _send(services: Services, owner: str, session: Session) -> None:
    interruption = Interruption()
    text = interruption.do(lambda: typed(session))
    composer.submit(services, owner, session, interruption, text, [], gives_text_back=False)
    box = session.mailbox
    if box.over_budget is not None:
        box.over_budget = replace(box.over_budget, when_sent=lambda: _close(session))
    elif box.opened is not None and box.refused is None:
        _close(session)


def _close(session: Session) -> None:
    session.set_widget(FIELD, "")
    session.is_writing_long = False
