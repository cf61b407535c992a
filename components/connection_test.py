"""The buttons that test a connection, its steps while they are taken, and what the test found.

It asks for model lists, and for one token of a model only where that was ticked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import streamlit as st

from components import key_form, known_model, notices
from components.choice import offered
from components.safe_text import plain, safe_label
from components.services import Services
from components.state import Session
from parley import doctor
from parley.catalog.enrich import catalog_for, find_model
from parley.catalog.listing import Listing
from parley.catalog.model import Model
from parley.doctor import Diagnosis, Question, Step, StepState
from parley.endpoint import Endpoint, Service
from parley.errors import StoreError
from parley.pricing.wording import write_cost

FOUND = "settings-diagnosis"
STEP_MAX_CHARS = 400

ICONS = {
    StepState.OK: ":green[:material/check_circle:]",
    StepState.FAILED: ":red[:material/error:]",
    StepState.NOT_TRIED: ":gray[:material/help:]",
    StepState.SKIPPED: ":gray[:material/do_not_disturb_on:]",
}


@dataclass(frozen=True)
class Place:
    """Where on the page a test is drawn, and how what it found can be put to use there."""

    name: str
    """Part of the keys of its elements."""
    use: Callable[[str], None] | None
    """Takes another base URL; `None` = the address is set elsewhere."""
    is_kept: bool = True
    """False: the endpoint is only described so far, so nothing about it is kept but in this session."""


def was_asked(session: Session) -> bool:
    """Draw the button; true in the run after the click."""
    return st.button(
        "Test connection",
        icon=":material/network_check:",
        on_click=key_form.quiet,
        args=(session,),
    )


# The question to a model


def question(
    services: Services, owner: str, session: Session, endpoint: Endpoint, place: Place
) -> Question | None:
    """Draw whether a model is asked for one token, which one, and what that may cost."""
    wanted = st.checkbox(
        "Also ask a model for one token",
        key=f"test-reply-{place.name}",
        help="Only a reply proves that the key may chat. It is written into the ledger as a probe.",
    )
    if not wanted:
        return None
    try:
        known = _lookup(services, owner, session, endpoint, place)
    except StoreError as error:
        notices.show(error.notice, key=f"test-notice-{place.name}")
        return None
    model_id = _model_box(_models_at_hand(services, session, endpoint, place), place)
    if not model_id:
        st.caption("Without a model, none is asked.")
        return None
    model = known(model_id)
    st.caption(safe_label(cost_words(model), STEP_MAX_CHARS))
    # Streamlit stops a run only where it draws or asks for something of the session.
    return Question(
        owner, model, lambda answered: known(answered).price, session.yield_to_streamlit
    )


def _lookup(
    services: Services, owner: str, session: Session, endpoint: Endpoint, place: Place
) -> Callable[[str], Model]:
    """From an id to what is known of the model."""
    if place.is_kept:
        return known_model.lookup(services, owner, endpoint)
    listed = _listed_by_test(session, endpoint)
    return lambda model_id: find_model(listed, model_id, endpoint)


def _models_at_hand(
    services: Services, session: Session, endpoint: Endpoint, place: Place
) -> list[Model]:
    """Of the list as last fetched; none is fetched for this box."""
    if endpoint.service is Service.LOCAL:
        return [services.model(endpoint, services.local_model.model_id)]
    if not place.is_kept:
        return offered(Listing(_listed_by_test(session, endpoint), None))
    listing = services.catalog.peek(endpoint)
    return offered(listing) if listing else []


def _model_box(models: list[Model], place: Place) -> str:
    cheapest = min(range(len(models)), key=lambda at: _dearness(models[at]), default=None)
    chosen = st.selectbox(
        "Model to ask",
        [model.id for model in models],
        index=cheapest,
        key=f"test-model-{place.name}",
        # With a space behind it, or the box would take a longer id for an addition to the chosen one.
        format_func=lambda model_id: f"{plain(model_id)} ",
        placeholder="Choose a model, or type its id",
        accept_new_options=True,
        width=420,
    )
    return (chosen or "").strip()


def _dearness(model: Model) -> tuple[bool, object]:
    """Models without a price come last."""
    amount = doctor.cost_ahead(model).amount
    return amount is None, amount or 0


def cost_words(model: Model) -> str:
    """What the question may cost at most, and by which price."""
    cost = doctor.cost_ahead(model)
    if cost.amount is None:
        return "What it costs is not known: no price of this model is."
    if cost.free:
        return f"It costs nothing: {write_cost(cost)}."
    dated = f" of {cost.as_of}" if cost.as_of else ""
    return (
        f"It may cost up to {write_cost(cost)}: at most {doctor.INPUT_AT_MOST} tokens in and "
        f"{doctor.MAX_TOKENS} out, by the price from {cost.source}{dated}."
    )


# The test


def run(
    services: Services, session: Session, endpoint: Endpoint, asked: Question | None, place: Place
) -> None:
    """Test, with each step shown as it is done, and keep what was found for this endpoint as it is now."""
    starts = endpoint.service is Service.LOCAL
    label = "Starting the model on this machine…" if starts else "Testing the connection…"
    steps = st.empty()
    with steps.status(label, expanded=True):  # trusted: one of the two above
        found = doctor.examine(
            services.engine,
            endpoint,
            local_model=services.local_model,
            question=asked,
            hears=_draw,
        )
        listed: tuple[Model, ...] = ()
        if found.listed is not None and place.is_kept:
            # Chat and Models would otherwise go on showing the failure of their last fetch.
            services.listing(endpoint, refresh=True)
        elif found.listed is not None:
            listed = catalog_for(endpoint, found.listed)
    steps.empty()
    session.set_widget(FOUND, _Found(_state_of(endpoint), replace(found, listed=None), listed))


def show(services: Services, session: Session, endpoint: Endpoint, place: Place) -> None:
    """Draw what the last test found, unless something about the endpoint has changed since."""
    last = _last(session, endpoint)
    if last is None:
        return
    found = last.diagnosis
    with st.container(key=f"diagnosis-{place.name}"):
        _sentences(found)
        if found.suggestion:
            _suggestion(found.suggestion, place)
        if found.detail:
            st.caption("The endpoint said:")
            st.code(plain(found.detail), language=None, wrap_lines=True)
        if found.models is None and place.is_kept:
            _kept_list(services, endpoint)
        with st.expander("Steps of the test", expanded=not found.works):
            for step in found.steps:
                _draw(step)


@dataclass(frozen=True)
class _Found:
    """The end of the last test."""

    of: tuple[str | None, ...]
    """The state of the endpoint that was tested."""
    diagnosis: Diagnosis
    listed: tuple[Model, ...]
    """Of an endpoint that is not kept; the list of one that is stands in the catalog."""


def _last(session: Session, endpoint: Endpoint) -> _Found | None:
    found: _Found | None = session.widget(FOUND)
    return found if found is not None and found.of == _state_of(endpoint) else None


def _listed_by_test(session: Session, endpoint: Endpoint) -> tuple[Model, ...]:
    last = _last(session, endpoint)
    return last.listed if last is not None else ()


def _draw(step: Step) -> None:
    seen = safe_label(step.seen, STEP_MAX_CHARS)
    said = f"{ICONS[step.state]} **{safe_label(step.name)}**: {safe_label(step.state)}. {seen}"
    fix = f"  \n{safe_label(step.fix, STEP_MAX_CHARS)}" if step.fix else ""
    st.markdown(said + fix)  # trusted: made safe in the lines above


def _kept_list(services: Services, endpoint: Endpoint) -> None:
    """A list that was fetched before the fault stays in use, and says how old it is."""
    kept = services.catalog.peek(endpoint)
    if kept is None or kept.fetched_at is None:
        return
    minutes = int((datetime.now(UTC) - kept.fetched_at).total_seconds() // 60)
    age = "less than a minute ago" if minutes < 1 else f"{minutes:,} min ago"
    st.caption(
        f"Chat and Models go on with the list that was fetched {age}."  # trusted: ours
    )


def _suggestion(base_url: str, place: Place) -> None:
    st.code(plain(base_url), language=None, wrap_lines=True)
    if place.use is not None:
        st.button("Use this base URL", type="primary", on_click=place.use, args=(base_url,))
    else:
        st.caption("Change it where it is set, and start Parley again.")


def _state_of(endpoint: Endpoint) -> tuple[str | None, ...]:
    """What a finding is about; of the key only its fingerprint, so that a forgotten key is gone."""
    fingerprint = endpoint.key.fingerprint if endpoint.key else None
    return endpoint.name, endpoint.base_url, fingerprint, endpoint.project


def _sentences(found: Diagnosis) -> None:
    draw, icon = (st.success, "check") if found.works else (st.error, "error")
    draw(
        f"**{safe_label(found.sentence, 600)}** {safe_label(found.advice, 600)}",
        icon=f":material/{icon}:",
    )
