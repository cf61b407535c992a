"""A branch begins like the conversation it came from, and is a conversation of its own."""

from __future__ import annotations

from dataclasses import replace

from parley.attachment import AttachedFile, Attachment, AttachmentKind
from parley.branching import branch_of
from parley.chat_settings import ChatSettings
from parley.conversation import Message, MessageState, Role, new_id
from parley.store import Store
from tests.parley.store.turns import ANN, conversation, outcome_of, put_turn
from tests.parley.store.turns import ended as ended_reply

FILE = AttachedFile(
    Attachment("f1", "notes.txt", AttachmentKind.TEXT, "text/plain", chars=5), text="notes"
)


def path_of(*roles: Role) -> list[Message]:
    messages: list[Message] = []
    for role in roles:
        parent = messages[-1].id if messages else None
        messages.append(Message(new_id(), "c1", parent, role, role.value))
    return messages


def test_a_branch_has_new_ids_the_settings_and_the_files_and_ends_where_it_was_taken() -> None:
    thread = replace(
        conversation("Plans"), settings=ChatSettings(temperature=0.2), pinned=True, archived=True
    )
    asked, answered = path_of(Role.USER, Role.ASSISTANT)
    asked = replace(asked, attachments=(FILE.attachment,))

    record = branch_of(thread, [asked, answered], {"f1": FILE})

    copies = record.messages
    assert record.conversation.title == "Plans (branch)"
    assert record.conversation.settings == thread.settings
    assert not record.conversation.pinned
    assert not record.conversation.archived
    assert [one.text for one in copies] == ["user", "assistant"]
    assert {one.id for one in copies}.isdisjoint({asked.id, answered.id})
    assert [one.parent_id for one in copies] == [None, copies[0].id]
    assert record.conversation.leaf_id == copies[-1].id
    assert [file.text for file in record.files] == ["notes"]
    assert copies[0].attachments == (record.files[0].attachment,)
    assert record.files[0].attachment.id != "f1"


def test_a_copied_reply_names_the_one_whose_calls_the_ledger_knows() -> None:
    path = path_of(Role.USER, Role.ASSISTANT)
    once = branch_of(conversation(), path, {}).messages

    twice = branch_of(conversation("x (branch)"), once, {})

    assert [one.source_id for one in once] == [None, path[1].id]
    assert [one.source_id for one in twice.messages] == [None, path[1].id]
    assert twice.conversation.title == "x (branch)"


def test_a_copy_of_a_running_reply_ends_with_what_was_there() -> None:
    asked, running = path_of(Role.USER, Role.ASSISTANT)
    running = replace(running, text="Half", state=MessageState.STREAMING)

    copies = branch_of(conversation(), [asked, running], {}).messages

    assert (copies[1].text, copies[1].state) == ("Half", MessageState.STOPPED)


def test_a_branch_is_stored_beside_its_conversation_and_uses_nothing_by_itself(
    store: Store,
) -> None:
    _, reply, request = put_turn(store)
    store.finish_reply(ANN, ended_reply(reply), outcome_of(request))
    held = store.conversation(ANN, reply.conversation_id)
    assert held is not None
    path = store.messages(ANN, held.id)

    record = branch_of(held, path, {})
    store.add_records(ANN, [record])

    copies = store.messages(ANN, record.conversation.id)
    assert [one.text for one in copies] == [one.text for one in path]
    assert store.usage_of_conversation(ANN, record.conversation.id) == []
    (call,) = store.ledger(ANN, reply_ids=[copies[-1].source_id or ""])
    assert call.request.conversation_id == held.id
    assert store.messages(ANN, held.id) == path
