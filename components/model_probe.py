"""Is it alive? Probes chosen models of an endpoint, and shows what that found beside what is declared.

Nothing is sent before a click on the button, and what it costs stands above it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import streamlit as st

from components import known_model, notices
from components.safe_text import plain, safe_label
from components.services import Services
from components.state import Session
from parley import probe
from parley.catalog.model import Model
from parley.endpoint import Endpoint
from parley.errors import StoreError
from parley.pricing.price import Price
from parley.probe import MOST_MODELS, Order, ProbeResult, ProbeRun, Step

MODELS = "probe-models"
STEPS = "probe-steps"
TABLE = "probe-table"
LOOK_AGAIN_S = 1.0
OFFERED = 200
"""So many models are offered at once: the filters above find the others."""
MOST_ROWS = 200
LABEL_CHARS = 600

OPTIONAL = ("JSON schema", "Tools", "Vision", "Prompt cache")
_STEP_OF = {probe.step_words(step): step for step in Step}

Results = Mapping[str, tuple[datetime, ProbeResult]]


def observed(
    services: Services, owner: str, endpoint: Endpoint, models: tuple[Model, ...]
) -> tuple[Model, ...]:
    """The models with what probes saw of them; as they are when that cannot be read.

    The same tuple as long as models and probes are the same.
    """
    try:
        return probe.with_observed(models, _stored(services, owner, endpoint))
    except StoreError:
        return models


def show(
    services: Services,
    owner: str,
    session: Session,
    endpoint: Endpoint,
    models_found: Sequence[Model],
) -> None:
    """Draw what can be asked, and the probe that runs or what was found.

    `models_found` are those that the filters leave; they are offered in this order.
    """
    run = probe.latest(services.engine, owner, endpoint.name)
    if run is not None and run.ended and run.order.endpoint.base_url != endpoint.base_url:
        # What the store keeps of it is left out in the same way.
        run = None
    chosen = _choose(services, owner, session, endpoint, models_found)
    _start(services, owner, endpoint, chosen, _choose_steps(), run)
    if run is not None and not run.ended:
        _running(run)
        return
    if run is not None:
        _ending(run)
    _found(services, owner, endpoint, models_found, run)


def _found(
    services: Services,
    owner: str,
    endpoint: Endpoint,
    models_found: Sequence[Model],
    run: ProbeRun | None,
) -> None:
    """Everything that was ever found at this endpoint, also what the store could not keep."""
    try:
        stored = _stored(services, owner, endpoint)
    except StoreError as unreadable:
        notices.show(unreadable.notice, key="probe-store-notice")
        stored = {}
    read = {name: (at, ProbeResult.from_dict(found)) for name, (at, found) in stored.items()}
    listing = services.catalog.peek(endpoint)
    listed = listing.models if listing is not None else ()
    known = {model.id: model for model in (*listed, *models_found)}
    _table({**read, **(run.results if run else {})}, known)


def _stored(services: Services, owner: str, endpoint: Endpoint) -> probe.Probed:
    return probe.of_address(services.store.probes(owner, endpoint.name), endpoint.base_url)


# ---------------------------------------------------------------- what to ask


def _choose(
    services: Services,
    owner: str,
    session: Session,
    endpoint: Endpoint,
    models_found: Sequence[Model],
) -> tuple[Model, ...]:
    """The chosen models of this endpoint; they stay chosen when a filter hides them."""
    key = f"{MODELS}-{endpoint.name}"
    offered = [model.id for model in models_found if model.is_chat]
    # An option that is not offered any more would be dropped from the choice.
    chosen: list[str] = st.multiselect(
        "Models to probe",
        list(dict.fromkeys((*(session.widget(key) or ()), *offered[:OFFERED]))),
        key=key,
        format_func=plain,
        max_selections=MOST_MODELS,
        placeholder="Choose models",
        select_all=False,
        persist_state="session",
    )
    if len(offered) > OFFERED:
        st.caption(f"The first {OFFERED:,} of {len(offered):,} are offered; filter for the others.")
    found = {model.id: model for model in models_found}
    return tuple(found.get(name) or _hidden(services, owner, endpoint, name) for name in chosen)


def _hidden(services: Services, owner: str, endpoint: Endpoint, model_id: str) -> Model:
    """A chosen model that the filters hide, with the price that its owner set, where that can be read."""
    try:
        return known_model.known_model(services, owner, endpoint, model_id)
    except StoreError:
        return services.model(endpoint, model_id)


def _choose_steps() -> tuple[Step, ...]:
    chosen: list[Any] = st.pills(
        "Besides a short reply, try",
        OPTIONAL,
        selection_mode="multi",
        key=STEPS,
        format_func=lambda name: f":gray[{name}]",  # trusted: ours
        help=(
            "JSON schema: does a reply fit it? Tools: is one called? Vision: is a small picture accepted, and its "
            "colour named? Prompt cache: the same long message twice."
        ),
        persist_state="session",
    )
    return tuple(_STEP_OF[words] for words in OPTIONAL if words in chosen)


def _start(
    services: Services,
    owner: str,
    endpoint: Endpoint,
    models: tuple[Model, ...],
    steps: tuple[Step, ...],
    run: ProbeRun | None,
) -> None:
    lacks_key = endpoint.needs_key and endpoint.key is None
    if lacks_key:
        st.caption("This endpoint needs an API key before its models can be probed.")
    elif models:
        st.caption(safe_label(probe.cost_words(probe.expected(models, steps)), LABEL_CHARS))
    is_running = run is not None and not run.ended
    st.button(
        "Start the probe",
        icon=":material/play_arrow:",
        disabled=lacks_key or is_running or not models,
        on_click=_begin,
        args=(services, owner, endpoint, models, steps),
    )


def _begin(
    services: Services,
    owner: str,
    endpoint: Endpoint,
    models: tuple[Model, ...],
    steps: tuple[Step, ...],
) -> None:
    # The prices are read here: `price_of` is called on the engine's loop, which must not wait for a database.
    try:
        known = known_model.lookup(services, owner, endpoint)
    except StoreError:
        known = partial(services.model, endpoint)

    def price_of(answered: str) -> Price | None:
        return known(answered).price

    probe.begin(services.engine, Order(owner, endpoint, models, steps, price_of))


# ---------------------------------------------------------------- what comes of it


def _running(run: ProbeRun) -> None:
    with st.container(key="probe-running"):
        st.button("Stop the probe", icon=":material/stop:", on_click=run.stop)
        _progress(run, drawn=[])


@st.fragment(run_every=LOOK_AGAIN_S)
def _progress(run: ProbeRun, *, drawn: list[bool]) -> None:
    """How far it is, and what has come; when it has ended, the page is drawn again.

    `drawn` is empty in the run of the whole page, which is never cut short.
    """
    if drawn and run.ended:
        st.rerun()
    drawn.append(True)
    share = len(run.results) / max(1, len(run.order.models))
    st.progress(min(1.0, share), text=safe_label(probe.progress_words(run), LABEL_CHARS))
    _table(run.results, {model.id: model for model in run.order.models}, key="probe-running-table")


def _ending(run: ProbeRun) -> None:
    """How the last probe ended; it has nothing more to say when every model was asked."""
    if run.was_stopped:
        st.caption(safe_label(f"The probe was stopped. {probe.progress_words(run)}.", LABEL_CHARS))
    if run.notice is not None:
        st.caption(
            safe_label(
                f"The probe ended early, because this holds for every model. {probe.progress_words(run)}.",
                LABEL_CHARS,
            )
        )
        notices.show(run.notice, key="probe-notice")
    if run.unsaved is not None:
        notices.show(run.unsaved, key="probe-unsaved")


def _table(results: Results, known: Mapping[str, Model], key: str = TABLE) -> None:
    """The newest first. A table draws no Markdown, so cleaned text will do."""
    newest = sorted(results.items(), key=lambda item: item[1][0], reverse=True)[:MOST_ROWS]
    rows = [
        probe.table_row(name, taken_at, found, known.get(name))
        for name, (taken_at, found) in newest
    ]
    if rows:
        st.dataframe(
            [{column: plain(words) for column, words in row.items()} for row in rows],
            key=key,
            hide_index=True,
            alt="What probes found",
        )
