"""Presets: settings under a name, with the model they were made for. They outlive that model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import streamlit as st

from components import chat_settings_panel, notices
from components.choice import choose_model
from components.mailbox import Interruption
from components.model_detail import gone_words
from components.safe_text import plain, safe_label
from components.services import A_MOMENT_S, Services
from components.state import Session
from parley.chat_settings import in_words
from parley.conversation import Conversation, Preset
from parley.endpoint import Endpoint
from parley.errors import Notice, ParleyError, SettingRefused
from parley.limits import LIMITS

CHOSEN = "preset-chosen"
NAME = "preset-name"
REPLACES = "preset-replaces"
NOTICE = "preset-notice"
SAID = "preset-said"

SETTINGS_ALONE = "Apply the settings alone"


@dataclass(frozen=True)
class Fit:
    """Where a preset can be applied today."""

    warning: str = ""
    """Why not as it was saved; outside text."""
    ways: tuple[tuple[str, str | None], ...] = ()
    """Label of a button, and the model it takes on the preset's endpoint; `None` = the model stays as it is."""


def show(
    services: Services,
    owner: str,
    session: Session,
    conversation: Conversation | None,
    endpoint: Endpoint,
    model_id: str | None,
) -> None:
    """Draw the choice of a preset with what can be done with it, and the way to save the settings in use."""
    presets = {preset.name: preset for preset in services.store.presets(owner)}
    if presets:
        chosen = st.selectbox(
            "Preset",
            list(presets),
            None,
            key=session.field(CHOSEN),
            placeholder="Choose a preset",
        )
        if chosen in presets:
            _chosen(services, owner, session, conversation, presets[chosen])
    _save_form(services, owner, session, conversation, endpoint, model_id)
    _outcome(session)


def forget(session: Session) -> None:
    """What was said of the last click no longer matters: the panel is opened anew."""
    _say(session, None)


def fit_of(services: Services, owner: str, preset: Preset) -> Fit:
    """Whether endpoint and model of a preset are still there, and what there is instead."""
    alone = (SETTINGS_ALONE, None)
    endpoint = services.endpoints.named(owner, preset.endpoint)
    if endpoint is None:
        return Fit(f"Its endpoint, {preset.endpoint}, is no longer here.", (alone,))
    if not preset.model:
        return Fit("", (("Apply", None),))
    listing = services.listing(endpoint, at_most_s=A_MOMENT_S)
    model = services.model(endpoint, preset.model)
    is_gone = model.lifecycle in ("retired", "delisted")
    if not is_gone and (model.listed or listing.fetched_at is None):
        return Fit("", (("Apply", preset.model),))
    nearest = services.nearest_id(endpoint, preset.model)
    ways = [(f"Apply with {nearest}", nearest)] if nearest else []
    if is_gone:
        return Fit(gone_words(model, listing.models), (*ways, alone))
    unlisted = f"The list of {preset.endpoint} does not hold {preset.model}."
    return Fit(unlisted, (("Apply all the same", preset.model), *ways, alone))


def _chosen(
    services: Services,
    owner: str,
    session: Session,
    conversation: Conversation | None,
    preset: Preset,
) -> None:
    st.text(plain(f"{preset.model or 'No model'} · {preset.endpoint}"))
    st.caption(safe_label(in_words(preset.settings) or "Nothing is set."))
    fit = fit_of(services, owner, preset)
    if fit.warning:
        st.warning(safe_label(fit.warning, 600), icon=":material/event_busy:")
    with st.container(horizontal=True):
        for number, (label, model_id) in enumerate(fit.ways):
            st.button(
                safe_label(label),
                key=f"apply-preset-{number}",
                type="secondary" if number else "primary",
                on_click=_apply,
                args=(services, owner, session, conversation, preset, model_id),
            )
        with st.popover("Delete", icon=":material/delete:"):
            st.text("Conversations that were held with it keep their settings.")
            st.button(
                "Delete this preset",
                type="primary",
                on_click=_delete,
                args=(services, owner, session, preset.name),
            )


def _save_form(
    services: Services,
    owner: str,
    session: Session,
    conversation: Conversation | None,
    endpoint: Endpoint,
    model_id: str | None,
) -> None:
    settings = chat_settings_panel.current(session, conversation)
    with st.form("save-preset", border=False):
        st.text_input(
            "Save the settings in use as a preset",
            key=session.field(NAME),
            max_chars=LIMITS.preset_name_chars,
            placeholder="Name of the preset",
        )
        st.checkbox("Replace the preset of that name", key=session.field(REPLACES))
        st.form_submit_button(
            "Save preset",
            icon=":material/bookmark_add:",
            on_click=_save,
            args=(services, owner, session, Preset("", endpoint.name, model_id or "", settings)),
        )


def _outcome(session: Session) -> None:
    """What became of the last click, until the next one."""
    refused, said = session.widget(NOTICE), session.widget(SAID)
    if refused is not None:
        notices.show(refused, key=NOTICE)
    if said is not None:
        st.success(safe_label(said), icon=":material/check:")
    session.set_widget(SAID, None)


def _say(session: Session, said: str | None, refused: Notice | None = None) -> None:
    session.set_widget(NOTICE, refused)
    session.set_widget(SAID, said)


def _apply(
    services: Services,
    owner: str,
    session: Session,
    conversation: Conversation | None,
    preset: Preset,
    model_id: str | None,
) -> None:
    def use() -> None:
        chat_settings_panel.keep(services, owner, session, conversation, preset.settings)
        if model_id is not None:
            choose_model(services, owner, session, preset.endpoint, model_id)

    interruption = Interruption()
    # May be done twice, because a newer run may cut in before any line.
    _attempt(session, interruption, lambda: interruption.do(use), f"Applied {preset.name}.")


def _save(services: Services, owner: str, session: Session, unnamed: Preset) -> None:
    interruption = Interruption()
    typed = interruption.do(lambda: str(session.widget(session.field(NAME)) or ""))
    replaces = interruption.do(lambda: bool(session.widget(session.field(REPLACES))))
    preset = replace(unnamed, name=" ".join(typed.split()))
    _attempt(
        session,
        interruption,
        lambda: _store(services, owner, preset, replaces=replaces),
        f"Saved {preset.name}.",
        NAME,
        REPLACES,
    )


def _store(services: Services, owner: str, preset: Preset, *, replaces: bool) -> None:
    name, most = preset.name, LIMITS.preset_name_chars
    if not name or len(name) > most:
        raise SettingRefused(
            "The preset needs a name.",
            advice=f"Type one of at most {most} characters and save again.",
        )
    if not name.isprintable():
        raise SettingRefused(
            "The name of the preset holds a character that cannot be seen.",
            advice="Type the name by hand and save again.",
        )
    if not replaces and name in {known.name for known in services.store.presets(owner)}:
        raise SettingRefused(
            "There is a preset of that name.",
            advice="Choose another name, or tick that it is to be replaced.",
        )
    services.store.save_preset(owner, preset)


def _delete(services: Services, owner: str, session: Session, name: str) -> None:
    _attempt(
        session,
        Interruption(),
        lambda: services.store.delete_preset(owner, name),
        f"Deleted {name}.",
        CHOSEN,
    )


def _attempt(
    session: Session, interruption: Interruption, act: Callable[[], None], said: str, *done: str
) -> None:
    """Act, say what became of it, and draw the fields anew that are done with."""
    try:
        act()
    except ParleyError as error:
        refused = error.notice
        interruption.do(lambda: _say(session, None, refused))
    else:
        interruption.do(lambda: _finish(session, said, done))
    interruption.resume()


def _finish(session: Session, said: str, done: tuple[str, ...]) -> None:
    for field in done:
        session.renew(field)
    _say(session, said)
