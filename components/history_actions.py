"""What can be done with the open conversation: rename, pin, archive, delete and bring back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum

import streamlit as st

from components.history_view import Deleted
from components.safe_text import plain, safe_label
from components.services import Services
from components.state import Session
from parley.conversation import Conversation
from parley.errors import StoreError

TITLE_LIMIT = 200
MENU = "conversation-menu"
NAME = "conversation-name"
NAMELESS = "A conversation needs a name."


class Action(StrEnum):
    """The entries of the menu, as the reader sees them."""

    RENAME = "Rename"
    PIN = "Pin"
    UNPIN = "Unpin"
    ARCHIVE = "Archive"
    UNARCHIVE = "Unarchive"
    DELETE = "Delete"


ICONS = {
    Action.RENAME: "edit",
    Action.PIN: "keep",
    Action.UNPIN: "keep_off",
    Action.ARCHIVE: "archive",
    Action.UNARCHIVE: "unarchive",
    Action.DELETE: "delete",
}


def menu(services: Services, owner: str, session: Session, conversation: Conversation) -> None:
    """Draw the menu. Only the open conversation has one: fifty would make every page heavier."""
    st.menu_button(
        "More",
        offered(conversation),
        key=MENU,
        type="tertiary",
        format_func=lambda action: f":material/{ICONS[action]}: {action}",
        on_click=_chosen,
        args=(services, owner, session, conversation),
    )


def offered(conversation: Conversation) -> list[Action]:
    """What the menu holds."""
    pin = Action.UNPIN if conversation.pinned else Action.PIN
    archive = Action.UNARCHIVE if conversation.archived else Action.ARCHIVE
    return [Action.RENAME, pin, archive, Action.DELETE]


def settle(session: Session) -> None:
    """Something else is done now: the field for a name closes, what was deleted is not offered any more."""
    session.history = replace(session.history, renaming=None, refused="", deleted=None)


def _chosen(services: Services, owner: str, session: Session, conversation: Conversation) -> None:
    action = session.widget(MENU)
    settle(session)
    store, chosen = services.store, conversation.id
    if action in (Action.PIN, Action.UNPIN):
        _try(session, lambda: store.pin(owner, chosen, action is Action.PIN))
    elif action in (Action.ARCHIVE, Action.UNARCHIVE):
        _try(session, lambda: store.archive(owner, chosen, action is Action.ARCHIVE))
    elif action is Action.DELETE:
        _delete(services, owner, session, conversation)
    elif action is Action.RENAME:
        session.history = replace(session.history, renaming=chosen)


def _try(session: Session, change: Callable[[], None]) -> bool:
    """Whether the store took it; if not, a notice says so."""
    try:
        change()
    except StoreError as failed:
        session.flash = failed.notice
        return False
    return True


def rename_form(
    services: Services, owner: str, session: Session, conversation: Conversation
) -> None:
    """Draw the field for a new name. Not a dialog: while a reply runs, nothing in one would answer."""
    with st.form(NAME, border=False):
        st.text_input(
            "Name of this conversation",
            value=conversation.title,
            max_chars=TITLE_LIMIT,
            key=f"{NAME}-{conversation.id}",
        )
        if session.history.refused:
            st.caption(f":material/error: {safe_label(session.history.refused)}")
        with st.container(horizontal=True, gap="small"):
            st.form_submit_button(
                "Save",
                type="primary",
                on_click=_rename,
                args=(services, owner, session, conversation.id),
            )
            st.form_submit_button("Cancel", on_click=settle, args=(session,))


def _rename(services: Services, owner: str, session: Session, conversation_id: str) -> None:
    typed = str(session.widget(f"{NAME}-{conversation_id}") or "")
    title = " ".join(plain(typed).split())[:TITLE_LIMIT].rstrip()
    if not title:
        session.history = replace(session.history, refused=NAMELESS)
    elif _try(session, lambda: services.store.rename(owner, conversation_id, title)):
        settle(session)


def _delete(services: Services, owner: str, session: Session, conversation: Conversation) -> None:
    """Gone at once: a reply that runs in it is stopped, and ends on its own time."""
    running = services.engine.running(owner, conversation.id)
    if running is not None:
        running.stop()
    if not _try(session, lambda: services.store.delete_conversation(owner, conversation.id)):
        return
    session.open(None)
    deleted = Deleted(conversation.id, conversation.title)
    session.history = replace(session.history, deleted=deleted)


def show_undo(services: Services, owner: str, session: Session) -> None:
    """Say what was deleted, and offer it back until something else is done: a sent message opens another one."""
    deleted = session.history.deleted
    if deleted is None or session.conversation_id is not None:
        return
    with st.container(
        horizontal=True, wrap=False, vertical_alignment="center", key="undo-conversation"
    ):
        st.caption(f"Deleted “{safe_label(deleted.title, 60)}”.", width="stretch")
        st.button(
            "Undo",
            key="undo-delete-conversation",
            icon=":material/undo:",
            type="tertiary",
            on_click=_restore,
            args=(services, owner, session, deleted),
        )


def _restore(services: Services, owner: str, session: Session, deleted: Deleted) -> None:
    if not _try(session, lambda: services.store.restore(owner, deleted.conversation_id)):
        return
    settle(session)
    session.open_existing(deleted.conversation_id)
