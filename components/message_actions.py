"""What can be done with a message: switch between alternatives, answer again, edit, copy, branch, delete."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING

import streamlit as st

from components import sending
from components.mailbox import Interruption, Refusal
from components.safe_text import safe_label
from components.services import Services
from components.state import Session
from components.thread import Thread
from parley.branching import branch_of
from parley.chat_settings import ChatSettings
from parley.conversation import Message, Role
from parley.errors import Notice, NotThere, StoreError
from parley.reply import Reply
from parley.store import Deleted

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

CONTINUE = "Continue exactly where you stopped."
"""Sent and shown as a message like any other: there is no other way that every endpoint understands."""


class Action(StrEnum):
    """The entries of the menu under a message, as the reader sees them."""

    AGAIN = "Answer again"
    OTHER_MODEL = "Answer with another model"
    CHANGE = "Change one thing"
    EDIT = "Edit the question"
    CONTINUE = "Continue"
    COPY = "Copy"
    BRANCH = "Branch into a new chat"
    DELETE = "Delete this turn and what follows"
    DELETE_VERSION = "Delete this version"


PANELS = {
    Action.EDIT: "edit",
    Action.OTHER_MODEL: "model",
    Action.CHANGE: "change",
    Action.COPY: "copy",
}
"""Actions that first open something under the message."""


def show(
    services: Services, owner: str, session: Session, thread: Thread, message: Message
) -> None:
    """Draw the row under a message. One menu serves a reply and its question: each more costs a turn time."""
    has_versions = message.id in thread.siblings
    if message.role is not Role.ASSISTANT and not has_versions:
        return
    with _row() if has_versions else contextlib.nullcontext():
        if has_versions:
            _switcher(services, owner, session, thread, message)
        if message.role is Role.ASSISTANT:
            _menu(services, owner, session, thread, message)


def _row() -> DeltaGenerator:
    return st.container(horizontal=True, vertical_alignment="center", gap="small")


def _menu(
    services: Services, owner: str, session: Session, thread: Thread, message: Message
) -> None:
    key = f"do-{message.id}"
    st.menu_button(
        "Actions",
        offered(thread, message),
        key=key,
        type="tertiary",
        icon=":material/more_horiz:",
        on_click=_chosen,
        args=(services, owner, session, thread, message, key),
        format_func=str,
    )


def offered(thread: Thread, message: Message) -> list[Action]:
    """What the menu of a reply holds."""
    actions = [Action.AGAIN, Action.OTHER_MODEL, Action.CHANGE, Action.EDIT]
    if was_cut(thread, message) and message.id == thread.messages[-1].id:
        actions.insert(0, Action.CONTINUE)
    has_versions = message.id in thread.siblings
    delete = Action.DELETE_VERSION if has_versions else Action.DELETE
    return [*actions, Action.COPY, Action.BRANCH, delete]


def was_cut(thread: Thread, message: Message) -> bool:
    """Whether the reply ended at the token limit."""
    calls = thread.calls_of(message)
    outcome = calls[-1].outcome if calls else None
    return outcome is not None and outcome.finish_reason == "length"


def _switcher(
    services: Services, owner: str, session: Session, thread: Thread, message: Message
) -> None:
    family = thread.siblings.get(message.id)
    if family is None:
        return
    place = family.index(message.id)
    for step, icon, words in ((-1, "chevron_left", "Previous"), (1, "chevron_right", "Next")):
        target = place + step
        is_there = 0 <= target < len(family)
        st.button(
            f"{words} version",  # trusted: one of two words above
            key=f"version-{step}-{message.id}",
            icon=f":material/{icon}:",
            type="tertiary",
            disabled=not is_there,
            on_click=_switch,
            args=(services, owner, session, message, family[target] if is_there else message.id),
        )
        if step < 0:
            st.caption(safe_label(f"{place + 1}/{len(family)}"), width="content")
    if message.role is Role.ASSISTANT:
        st.button(
            "Compare versions",
            key=f"compare-{message.id}",
            icon=":material/difference:",
            type="tertiary",
            on_click=_open_panel,
            args=(session, "versions", message.id),
        )


def _switch(services: Services, owner: str, session: Session, message: Message, other: str) -> None:
    interruption = Interruption()
    failed: Notice | None = None
    try:
        services.store.show_path(owner, message.conversation_id, other)
    except StoreError as error:
        failed = error.notice
    interruption.do(lambda: session.closing_panel(failed))
    interruption.resume()


def _open_panel(session: Session, name: str, message_id: str) -> None:
    session.panel = (name, message_id)
    session.flash = None


def _chosen(
    services: Services,
    owner: str,
    session: Session,
    thread: Thread,
    message: Message,
    key: str,
) -> None:
    action = Action(session.widget(key) or Action.COPY)
    if action in PANELS:
        _open_panel(session, PANELS[action], message.id)
    elif action is Action.AGAIN:
        again(services, owner, session, message, *last_asked(session, thread, message))
    elif action is Action.CONTINUE:
        _continue(services, owner, session)
    elif action is Action.BRANCH:
        _branch(services, owner, session, message)
    elif action is Action.DELETE_VERSION:
        _delete(services, owner, session, message, message.id)
    else:
        _delete(services, owner, session, message, message.parent_id or message.id)


def last_asked(session: Session, thread: Thread, message: Message) -> tuple[str | None, str | None]:
    """Endpoint and model of the reply's last call, else those that are chosen."""
    calls = thread.calls_of(message)
    if calls:
        return calls[-1].request.endpoint, calls[-1].request.model
    return session.endpoint_name, session.model_id


def again(
    services: Services,
    owner: str,
    session: Session,
    message: Message,
    endpoint_name: str | None,
    model_id: str | None,
    change: Callable[[ChatSettings], ChatSettings] = lambda settings: settings,
) -> None:
    """Answer the question of a reply once more, perhaps with changed settings; for callbacks."""

    def begin(_: str | None) -> Reply:
        target = sending.target_of(services, owner, endpoint_name, model_id, ChatSettings())
        return sending.answer_again(services, owner, message, target, change)

    sending.deliver(Interruption(), session, begin, Refusal())


def _continue(services: Services, owner: str, session: Session) -> None:
    interruption = Interruption()
    asked = interruption.do(lambda: (session.endpoint_name, session.model_id))

    def begin(conversation_id: str | None) -> Reply:
        target = sending.target_of(services, owner, *asked, ChatSettings())
        return sending.send(services, owner, conversation_id, CONTINUE, target)

    sending.deliver(interruption, session, begin, Refusal())


def _branch(services: Services, owner: str, session: Session, message: Message) -> None:
    """Open a copy that ends with this message."""
    interruption = Interruption()
    try:
        held = services.store.conversation(owner, message.conversation_id)
        path = services.store.messages_to(owner, message.conversation_id, message.id)
        if held is None or not path:
            raise NotThere
        contents = sending.contents_of(services, owner, held.id, path)
        branch = branch_of(held, path, contents)
        services.store.add_records(owner, [branch])
    except (StoreError, NotThere) as error:
        failed = error.notice
        interruption.do(lambda: session.closing_panel(failed))
    else:
        interruption.do(lambda: session.open_existing(branch.conversation.id))
    interruption.resume()


def _delete(
    services: Services, owner: str, session: Session, message: Message, first_id: str
) -> None:
    interruption = Interruption()
    conversation_id = message.conversation_id
    failed: Notice | None = None
    deleted: Deleted | None = None
    try:
        with services.engine.turns_of(conversation_id):
            services.engine.settle(owner, conversation_id, sending.STOP_WAIT_S)
            deleted = services.store.delete_message(owner, conversation_id, first_id)
        failed = NotThere().notice if deleted is None else None
    except StoreError as error:
        failed = error.notice
    interruption.do(lambda: session.closing_panel(failed))
    if deleted is not None:
        more = (deleted,)
        interruption.do(lambda: _remember(session, more))
    interruption.resume()


def _remember(session: Session, more: tuple[Deleted, ...]) -> None:
    """Tried again when it was cut in, so it must not add twice."""
    kept = tuple(one for one in session.undo_delete if one not in more)
    session.undo_delete = kept + more


def show_undo(services: Services, owner: str, session: Session, thread: Thread) -> None:
    """Say that something was deleted, and offer it back, the last first."""
    if not session.undo_delete:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="undo-delete"):
        st.caption("Deleted, with what followed it.", width="content")
        st.button(
            "Undo",
            key="undo",
            icon=":material/undo:",
            type="tertiary",
            on_click=_undo,
            args=(services, owner, session, thread.conversation.id),
        )


def _undo(services: Services, owner: str, session: Session, conversation_id: str) -> None:
    interruption = Interruption()
    undo = interruption.do(lambda: session.undo_delete)
    if not undo:
        return
    failed: Notice | None = None
    try:
        is_back = services.store.undelete(owner, conversation_id, undo[-1])
        failed = None if is_back else NotThere().notice
    except StoreError as error:
        failed = error.notice
    interruption.do(lambda: session.closing_panel(failed))
    if failed is None:
        interruption.do(lambda: setattr(session, "undo_delete", undo[:-1]))
    interruption.resume()
