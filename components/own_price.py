"""The price that a person sets for a model: set, changed and taken away in the model's details.

It concerns replies to come. Every receipt keeps the price that its reply was costed with.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import streamlit as st

from components import notices, own_price_list
from components.mailbox import Interruption
from components.safe_text import safe_label
from components.services import Services
from components.state import Session
from parley.catalog.model import Model
from parley.catalog.own_facts import BOUNDS, typed_price
from parley.endpoint import Endpoint
from parley.errors import Notice, ParleyError
from parley.pricing.price import OWN_SOURCE, Price
from parley.pricing.wording import write_price

OUTCOME = "own-price-outcome"
INPUT, CACHED, OUTPUT = "own-price-input", "own-price-cached", "own-price-output"
SINCE = "own-price-since"
LABELS = {INPUT: "Input", CACHED: "Cached input (optional)", OUTPUT: "Output"}
KEEPS = "Replies from now on are costed with it; receipts of earlier replies keep their price."
LATER = "Replies from that day (UTC) on are costed with it; receipts of earlier replies keep their price."
INVITATION = (
    "For a model without a price, or where you pay another one: US dollars per million tokens, "
    f"between {BOUNDS}, or 0 for both if it is free. {KEEPS}"
)
EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)
LADDER = (
    "Which price a reply is costed with, the first that there is: the cost that the response itself names; your own "
    "price; the endpoint's own list; the service's public catalog; the dated list that comes with Parley; for other "
    "known services genai-prices. Without any of them the cost is unknown (–), never 0."
)
SINCE_HELP = (
    "The day, by UTC, from which on it holds. A day in the past changes no receipt; of several prices "
    "the last that has begun is used."
)


@dataclass(frozen=True)
class _At:
    """Whose price is set, and for what."""

    services: Services
    owner: str
    session: Session
    endpoint: Endpoint
    model: Model

    @property
    def place(self) -> tuple[str, str]:
        return self.endpoint.name, self.model.id

    def field(self, name: str) -> str:
        """Each model of each endpoint has its own, so that nothing typed for one is shown for another."""
        return f"{name}:{self.endpoint.name}:{self.model.id}"

    def typed(self, name: str) -> str:
        return str(self.session.widget(self.session.field(self.field(name))) or "")

    def since(self) -> date:
        chosen = self.session.widget(self.session.field(self.field(SINCE)))
        return chosen if isinstance(chosen, date) else _today()


@dataclass(frozen=True)
class _Outcome:
    """What became of the last click, and for which model it was."""

    place: tuple[str, str]
    said: str | Notice


def show(
    services: Services, owner: str, session: Session, endpoint: Endpoint, model: Model
) -> None:
    """Draw the form, the prices that were set, and what became of the last click."""
    at = _At(services, owner, session, endpoint, model)
    own = own_price_of(model)
    _tell(at)
    with st.expander("Your own price", icon=":material/sell:"):
        st.caption(safe_label(_now(own), 400))
        _form(at, own)
        own_price_list.show(
            own_price_list.kept(services, owner, *at.place),
            _today(),
            lambda since: _removed(at, since),
        )
        st.caption(LADDER)  # trusted: ours


def own_price_of(model: Model) -> Price | None:
    """The price that the owner set, where it is in force."""
    price = model.price
    return price if price is not None and price.source == OWN_SOURCE else None


def _now(own: Price | None) -> str:
    if own is None:
        return INVITATION
    day = f" from {own.as_of.isoformat()}" if own.as_of else ""
    return f"Set by you{day}: {write_price(own)}. {KEEPS}"


def _today() -> date:
    """By UTC, as the day that decides which price is in force."""
    return datetime.now(UTC).date()


def _form(at: _At, own: Price | None) -> None:
    rates = _rates(own)
    with (
        st.form("own-price", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        for name, label in LABELS.items():
            st.text_input(
                label,  # trusted: ours
                _as_typed(rates[name]),
                key=at.session.field(at.field(name)),
                max_chars=40,
                autocomplete="off",
                width=180,
            )
        st.date_input(
            "From",
            _today(),
            key=at.session.field(at.field(SINCE)),
            min_value=EARLIEST,
            max_value=LATEST,
            format="YYYY-MM-DD",
            required=True,
            help=SINCE_HELP,  # trusted: ours
            width=150,
        )
        st.form_submit_button("Save price", on_click=_saved, args=(at,))


def _rates(own: Price | None) -> dict[str, Decimal | None]:
    if own is None:
        return dict.fromkeys(LABELS)
    return {
        INPUT: own.input_per_mtok,
        CACHED: own.cached_input_per_mtok,
        OUTPUT: own.output_per_mtok,
    }


def _as_typed(rate: Decimal | None) -> str:
    return "" if rate is None else f"{rate:f}"


def _saved(at: _At) -> None:
    interruption = Interruption()
    typed = interruption.do(lambda: {name: at.typed(name) for name in LABELS})
    since = interruption.do(at.since)

    def save() -> str:
        price = typed_price(typed[INPUT], typed[OUTPUT], typed[CACHED], has_output=at.model.is_chat)
        at.services.store.set_own_price(at.owner, *at.place, price, since=since)
        if since > _today():
            return f"Your price from {since.isoformat()} on is set: {write_price(price)}. {LATER}"
        return f"Your price is set: {write_price(price)}. {KEEPS}"

    _attempt(at, interruption, save)


def _removed(at: _At, since: date) -> None:
    def clear() -> str:
        at.services.store.clear_own_price(at.owner, *at.place, since=since)
        return own_price_list.removed_words(since)

    _attempt(at, Interruption(), clear)


def _attempt(at: _At, interruption: Interruption, act: Callable[[], str]) -> None:
    """Act and keep what is to be said of it; what was typed stays in the fields unless it is done with."""
    said: str | Notice
    try:
        said = act()
    except ParleyError as failed:
        said = failed.notice
    else:
        interruption.do(lambda: _renew(at))
    interruption.do(lambda: at.session.set_widget(OUTCOME, _Outcome(at.place, said)))
    interruption.resume()


def _renew(at: _At) -> None:
    for name in (*LABELS, SINCE):
        at.session.renew(at.field(name))


def _tell(at: _At) -> None:
    """Once, and never under another model than the one that it is about."""
    outcome: _Outcome | None = at.session.widget(OUTCOME)
    at.session.set_widget(OUTCOME, None)
    if outcome is None or outcome.place != at.place:
        return
    if isinstance(outcome.said, Notice):
        notices.show(outcome.said, key="own-price-notice")
    else:
        st.success(safe_label(outcome.said), icon=":material/check:")
