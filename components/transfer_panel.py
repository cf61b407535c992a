"""Export of one conversation or all, and import from a file: what is in it is said before anything is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO

import streamlit as st

from components import notices
from components.mailbox import Interruption
from components.safe_text import plain, safe_label
from components.services import Services
from components.state import Session
from parley.conversation import Conversation, Record
from parley.errors import ImportRefused, Notice, NotThere, ParleyError
from parley.limits import LIMITS, MEGABYTE
from parley.transfer import (
    Imported,
    export_json,
    export_markdown,
    export_openai_messages,
    file_name,
    read_import,
)

FILE = "import-file"
FOUND = "import-found"
NOTICE = "import-notice"
SAID = "import-said"

JSON_TYPE, MARKDOWN_TYPE = "application/json", "text/markdown"

LIMIT_MB = LIMITS.import_bytes // MEGABYTE
SOURCES = (
    "Exports of Parley, ChatGPT (`conversations.json`) and Open WebUI, or a list of OpenAI messages. "
    f"At most {LIMIT_MB:,} MB and {LIMITS.import_messages:,} messages. "
    "All of a file is imported, or nothing; what is here already stays."
)
NOT_COUNTED = (
    "Receipts in the file are kept as what it says; they are not counted as calls of this Parley."
)


@dataclass(frozen=True)
class Form:
    """A way to take one conversation away."""

    label: str
    suffix: str
    media_type: str
    make: Callable[[], bytes]


def show(services: Services, owner: str, session: Session) -> None:
    """Draw the export of everything and the import. Any file can be chosen: why it is refused is better said here."""
    _export_all(services, owner)
    st.caption(SOURCES)
    file = st.file_uploader(
        "Import conversations from a file",
        key=session.field(FILE),
        max_upload_size=LIMIT_MB,
    )
    if file is None:
        session.set_widget(FOUND, None)
    else:
        offer(services, owner, session, file, file.file_id)
    _outcome(session)


def export_buttons(services: Services, owner: str, conversation: Conversation) -> None:
    """Draw a button for each form that one conversation can be taken away in; it is made when it is pressed."""
    for form in forms_of(services, owner, conversation.id):
        st.download_button(
            safe_label(form.label),
            form.make,
            file_name(conversation.title, conversation.id, form.suffix),
            form.media_type,
            key=f"export-{form.suffix}",
            on_click="ignore",
            type="tertiary",
        )


def forms_of(services: Services, owner: str, conversation_id: str) -> tuple[Form, ...]:
    """The forms; making one raises NotThere when the conversation is gone by then."""

    def record() -> Record:
        found = services.store.record(owner, conversation_id)
        if found is None:
            raise NotThere("This conversation is not there any more.")
        return found

    return (
        Form("Everything (JSON)", "json", JSON_TYPE, lambda: b"".join(export_json([record()]))),
        Form(
            "OpenAI messages (JSON)",
            "messages.json",
            JSON_TYPE,
            lambda: export_openai_messages(record()),
        ),
        Form("To read (Markdown)", "md", MARKDOWN_TYPE, lambda: export_markdown(record()).encode()),
    )


def everything(services: Services, owner: str) -> bytes:
    """All conversations as one file that can be imported."""
    records = (services.store.record(owner, one) for one in services.store.all_ids(owner))
    return b"".join(export_json(record for record in records if record is not None))


def offer(services: Services, owner: str, session: Session, file: BinaryIO, file_id: str) -> None:
    """Say what a chosen file holds, and offer to import it. It is read once, when it is new."""
    held = session.widget(FOUND)
    if held is None or held[0] != file_id:
        session.set_widget(SAID, None)
        session.set_widget(NOTICE, None)
        with st.spinner("Reading the file …"):
            held = (file_id, _read(file))
        session.set_widget(FOUND, held)
    found = held[1]
    if isinstance(found, Notice):
        notices.show(found, key=NOTICE)
        return
    st.text(plain(in_words(found)))
    if found.left_out:
        st.text(plain(f"Left out: {', '.join(found.left_out)}."))
    if any(message.imported for record in found.records for message in record.messages):
        st.caption(NOT_COUNTED)
    st.button("Import", type="primary", on_click=_import, args=(services, owner, session, found))


def in_words(found: Imported) -> str:
    """What a file holds, in one sentence."""
    prompts = sum(bool(record.conversation.settings.system_prompt) for record in found.records)
    with_prompts = (
        f"; {_counted(prompts, 'brings a system prompt', 'bring a system prompt')}"
        if prompts
        else ""
    )
    return (
        f"{_counted(len(found.records), 'conversation', 'conversations')} with "
        f"{_counted(found.message_count, 'message', 'messages')} from {found.kind}{with_prompts}."
    )


def _counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _export_all(services: Services, owner: str) -> None:
    st.download_button(
        "Export all conversations",
        lambda: everything(services, owner),
        f"parley-conversations-{datetime.now(UTC):%Y-%m-%d}.json",
        JSON_TYPE,
        key="export-all",
        on_click="ignore",
        icon=":material/download:",
    )


def _read(file: BinaryIO) -> Imported | Notice:
    try:
        return read_import(file)
    except ImportRefused as refused:
        return refused.notice


def _import(services: Services, owner: str, session: Session, found: Imported) -> None:
    """Keep what was found; the field for the file is drawn anew, so that a second click imports nothing twice."""
    interruption = Interruption()
    try:
        services.store.add_records(owner, found.records)
    except ParleyError as error:
        refused = error.notice
        interruption.do(lambda: session.set_widget(NOTICE, refused))
    else:
        interruption.do(lambda: _finish(session, f"Imported {in_words(found)}"))
    interruption.resume()


def _finish(session: Session, said: str) -> None:
    session.renew(FILE)
    session.set_widget(FOUND, None)
    session.set_widget(NOTICE, None)
    session.set_widget(SAID, said)


def _outcome(session: Session) -> None:
    """What became of the last click, until the next one."""
    refused, said = session.widget(NOTICE), session.widget(SAID)
    if refused is not None:
        notices.show(refused, key="import-refused")
    if said is not None:
        st.success(safe_label(said, 600), icon=":material/check:")
    session.set_widget(SAID, None)
