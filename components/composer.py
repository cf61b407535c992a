"""The message box. What is typed and attached is stored and on its way before the page is drawn again, or kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import streamlit as st

from components import sending
from components.mailbox import Interruption, Refusal
from components.safe_text import safe_label
from components.services import Services
from components.state import COMPOSER, Session
from parley.attaching import accepted_types, read_file
from parley.attachment import AttachedFile
from parley.conversation import Message, leaves_nothing
from parley.errors import AttachmentRefused
from parley.limits import LIMITS, MEGABYTE
from parley.reply import Reply

NO_OTHER_ANSWER = "There is no other answer:"


def show(services: Services, owner: str, session: Session) -> None:
    """Draw the box; its label and what it takes never change, because Streamlit would drop what is being typed."""
    if session.arrives():
        _return_unanswered(services, owner, session)
    session.fill_composer()
    st.chat_input(
        "Message",
        key=COMPOSER,
        accept_file="multiple",
        file_type=accepted_types(takes_images=True),
        max_upload_size=LIMITS.attachment_bytes // MEGABYTE,
        on_submit=_submitted,
        args=(services, owner, session),
    )


def give_back(services: Services, owner: str, session: Session) -> None:
    """Put the question that this tab waits for back into the box when nothing arrived; only a new run can.

    Called when all is drawn: a reply may fail before the page has had a look at it.
    """
    if session.awaited_reply is None:
        return
    reply = services.store.message(owner, session.awaited_reply)
    session.awaited_reply = None
    if reply is None or reply.conversation_id != session.conversation_id:
        return
    if not leaves_nothing(reply):
        return
    if _has_question_of_its_own(services, owner, reply):
        if _put_back(services, owner, session, reply.parent_id or ""):
            st.rerun()
    elif reply.notice is not None:
        # The version before is shown again, so the notice that stands under this one would not be seen.
        session.flash = replace(reply.notice, title=f"{NO_OTHER_ANSWER} {reply.notice.title}")
        st.rerun()


def will_give_back(session: Session, reply: Reply) -> bool:
    """Whether `give_back` will draw the page anew for this reply, which has ended."""
    is_awaited = session.awaited_reply == reply.id and reply.unsaved is None
    return is_awaited and leaves_nothing(reply.message)


def _return_unanswered(services: Services, owner: str, session: Session) -> None:
    """The page was loaded anew, so the box is empty: what stood in it after a reply failed is put there again."""
    last = services.store.messages(owner, session.conversation_id or "", limit=2)
    if len(last) < 2 or not leaves_nothing(last[1]):
        return
    if _has_question_of_its_own(services, owner, last[1]):
        _put_back(services, owner, session, last[0].id)


def _has_question_of_its_own(services: Services, owner: str, reply: Message) -> bool:
    """Somebody typed the question for this reply: nobody did for a second answer."""
    family = services.store.siblings(owner, reply.conversation_id, [reply])
    return family.get(reply.id, [reply.id])[0] == reply.id


def _put_back(services: Services, owner: str, session: Session, question_id: str) -> bool:
    question = services.store.message(owner, question_id)
    if question is None:
        return False
    files = sending.contents_of(services, owner, question.conversation_id, [question])
    session.give_back(question.text)
    if files:
        session.pending_files = tuple(sending.copies_of(list(files.values())))
    session.returned_question = question_id
    return True


def _submitted(services: Services, owner: str, session: Session) -> None:
    interruption = Interruption()
    value = interruption.do(lambda: session.widget(COMPOSER))
    text: str = value.text if value else ""
    submit(services, owner, session, interruption, text, value.files if value else [])


def submit(
    services: Services,
    owner: str,
    session: Session,
    interruption: Interruption,
    text: str,
    uploaded: list[Any],
    *,
    gives_text_back: bool = True,
) -> None:
    """Send a text with the files that were uploaded and those that wait; for callbacks.

    Everything is read first; from there on nothing can interrupt until it is known what became of the message.
    """
    waiting = interruption.do(lambda: session.pending_files)
    asked = interruption.do(
        lambda: (session.endpoint_name, session.model_id, session.draft_settings)
    )
    if not (text or uploaded or waiting):
        return
    files, refused = _read(uploaded, waiting)

    def begin(conversation_id: str | None) -> Reply:
        if refused is not None:
            raise refused
        target = sending.target_of(services, owner, *asked)
        return sending.send(services, owner, conversation_id, text, target, files)

    otherwise = Refusal(text if gives_text_back else "", files=files)
    sending.deliver(interruption, session, begin, otherwise, takes_files=True)


def _read(
    uploaded: Iterable[Any], pending: tuple[AttachedFile, ...]
) -> tuple[tuple[AttachedFile, ...], AttachmentRefused | None]:
    """What can be sent, and the first reason why something cannot."""
    files = list(pending)
    refused: AttachmentRefused | None = None
    for file in uploaded:
        try:
            files.append(read_file(file.name, file.getvalue()))
        except AttachmentRefused as refusal:
            refused = refused or refusal
    return tuple(files), refused


def pending(session: Session) -> None:
    """The files that go with the next message, each with a way to leave it out."""
    for file in session.pending_files:
        known = file.attachment
        st.button(
            safe_label(known.name),
            key=f"pending-{known.id}",
            icon=":material/close:",
            help="Leave this file out",
            on_click=_leave_out,
            args=(session, known.id),
        )


def _leave_out(session: Session, attachment_id: str) -> None:
    session.pending_files = tuple(
        file for file in session.pending_files if file.attachment.id != attachment_id
    )
