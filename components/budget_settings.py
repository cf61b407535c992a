"""The budgets in Settings: three amounts, each a warning or a stop, and how much of each is left."""

from __future__ import annotations

from decimal import Decimal

import streamlit as st

from components import notices
from components.budget_line import standing_now
from components.mailbox import Interruption
from components.safe_text import safe_label
from components.services import Services
from components.state import Session
from parley.budget import Budget, Period, typed_budget
from parley.budget_words import spent_words
from parley.errors import Notice, ParleyError, Refused, StoreError

OUTCOME = "budgets-outcome"
LABELS = {
    Period.CONVERSATION: "Each conversation",
    Period.DAY: "A day",
    Period.MONTH: "A month",
}
EXPLANATION = (
    "US dollars; an empty field sets none. A reply counts with the most that it may cost, before it is asked for. "
    "At a budget that stops, nothing goes out that might exceed it unless you say so, and a reply may be as long as "
    "the money lasts. Any other budget warns. Free models and models on this machine always answer; tests of models "
    "count, but are not stopped."
)
STOPS = "Stop at it"
SAVED = "Your budgets are kept."
NONE_SET = "No budget is set: every field is empty."


def show(services: Services, owner: str, session: Session) -> None:
    """Draw the form, what became of the last click in it, and how each budget stands."""
    try:
        kept = {budget.period: budget for budget in services.store.budgets(owner)}
        stand = standing_now(services, owner, "") if kept else []
    except StoreError as unreadable:
        notices.show(unreadable.notice, key="budgets-notice")
        return
    st.caption(EXPLANATION)  # trusted: ours
    _tell(session)
    with st.form("budgets", border=False):
        for period in Period:
            _row(session, period, kept.get(period))
        st.form_submit_button("Save budgets", on_click=_saved, args=(services, owner, session))
    for one in stand:
        if one.budget.period is not Period.CONVERSATION:
            st.caption(safe_label(spent_words(one)))


def _row(session: Session, period: Period, kept: Budget | None) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            LABELS[period],  # trusted: ours
            "" if kept is None else f"{kept.amount:f}",
            key=_amount(session, period),
            max_chars=40,
            autocomplete="off",
            width=180,
        )
        st.checkbox(STOPS, kept is not None and kept.hard, key=_stop(session, period))


def _amount(session: Session, period: Period) -> str:
    return session.field(f"budget-{period.value}")


def _stop(session: Session, period: Period) -> str:
    return f"{_amount(session, period)}-stops"


def _saved(services: Services, owner: str, session: Session) -> None:
    """What was typed stays in the fields unless it is kept."""
    interruption = Interruption()
    typed = interruption.do(lambda: {period: _typed(session, period) for period in Period})
    said: str | Notice
    try:
        wanted = _budgets(typed)
        services.store.set_budgets(owner, wanted)
    except ParleyError as refused:
        said = refused.notice
    else:
        said = SAVED if wanted else NONE_SET
        interruption.do(lambda: _renew(session))
    interruption.do(lambda: session.set_widget(OUTCOME, said))
    interruption.resume()


def _typed(session: Session, period: Period) -> tuple[str, bool]:
    amount = str(session.widget(_amount(session, period)) or "")
    return amount, bool(session.widget(_stop(session, period)))


def _budgets(typed: dict[Period, tuple[str, bool]]) -> list[Budget]:
    """Those that were typed.

    Raises:
        Refused: one is no amount.
    """
    amounts = {period: _amount_of(period, words) for period, (words, _) in typed.items()}
    return [
        Budget(period, amount, typed[period][1])
        for period, amount in amounts.items()
        if amount is not None
    ]


def _amount_of(period: Period, words: str) -> Decimal | None:
    """As `typed_budget`, but a refusal names the field."""
    try:
        return typed_budget(words)
    except Refused as refused:
        raise Refused(f"{LABELS[period]}: {refused.title}", advice=refused.advice) from None


def _renew(session: Session) -> None:
    for period in Period:
        session.renew(f"budget-{period.value}")


def _tell(session: Session) -> None:
    """Once."""
    said: str | Notice | None = session.widget(OUTCOME)
    session.set_widget(OUTCOME, None)
    if isinstance(said, Notice):
        notices.show(said, key="budgets-refused")
    elif said:
        st.success(safe_label(said), icon=":material/check:")
