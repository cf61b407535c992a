"""What can be done with a whole conversation: pinned, archived, renamed, set, deleted and brought back; presets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.attachment import AttachedFile, Attachment, AttachmentKind
from parley.chat_settings import ChatSettings
from parley.conversation import Conversation, Preset, Record, new_id
from parley.errors import StoreError
from parley.store import Store
from tests.parley.store.turns import (
    ANN,
    BOB,
    conversation,
    ended,
    full_outcome_of,
    outcome_of,
    put_turn,
    question,
    reply_to,
    request_for,
)

FULL = ChatSettings(
    system_prompt="Be brief. Ünïcode",
    temperature=0.7,
    top_p=0.1,
    max_tokens=2**40,
    seed=-1,
    stop=("a", "b"),
    response_format="json_schema",
    json_schema={"type": "object", "properties": {"a": {"enum": [1, None, "x", 0.5]}}},
    json_schema_strict=True,
    reasoning=False,
    reasoning_effort="low",
    extra_body={"top_k": 40, "nested": {"deep": [True, {}]}},
    sent_messages=0,
)


def made(store: Store, title: str = "", owner: str = ANN) -> Conversation:
    return store.create_conversation(owner, title=title, endpoint="OpenAI", model="gpt")


def titles(store: Store, *, archived: bool = False) -> list[str]:
    return [thread.title for thread in store.conversations(ANN, archived=archived)]


def image(name: str = "a.png") -> AttachedFile:
    known = Attachment(new_id(), name, AttachmentKind.IMAGE, "image/png", 0, 640, 480, "resized")
    return AttachedFile(known, "", bytes(range(256)) * 40)


def document() -> AttachedFile:
    known = Attachment(new_id(), "b.pdf", AttachmentKind.TEXT, "application/pdf", 2**40)
    return AttachedFile(known, "what\u2028it says \U0001f600", b"")


def test_pinned_conversations_come_first_and_archived_ones_elsewhere(store: Store) -> None:
    first, second, third = (made(store, title) for title in "123")

    store.pin(ANN, first.id, True)
    store.archive(ANN, second.id, True)

    assert titles(store) == ["1", "3"]
    assert titles(store, archived=True) == ["2"]
    store.pin(ANN, first.id, False)
    store.archive(ANN, second.id, False)
    assert titles(store) == ["3", "2", "1"]
    assert store.conversation(ANN, third.id) == third


def test_a_message_in_an_archived_conversation_brings_it_back(store: Store) -> None:
    asked, _, _ = put_turn(store)
    thread = store.conversation(ANN, asked.conversation_id)
    assert thread is not None
    store.archive(ANN, thread.id, True)

    put_turn(store, thread=thread)

    assert titles(store) == ["Motörhead"]


@pytest.mark.parametrize("title", ["Ace", "", "a" * 10_000, "🂡 '; --", "日本語"])
def test_a_conversation_has_the_name_that_it_was_given(store: Store, title: str) -> None:
    thread = made(store, "old")

    store.rename(ANN, thread.id, title)

    assert store.conversation(ANN, thread.id) == replace(thread, title=title)


@pytest.mark.parametrize("settings", [FULL, ChatSettings(), ChatSettings(temperature=0.0)])
def test_settings_come_back_as_they_were_set(store: Store, settings: ChatSettings) -> None:
    thread = made(store)
    store.set_settings(ANN, thread.id, ChatSettings(system_prompt="old", seed=1))

    store.set_settings(ANN, thread.id, settings)

    assert store.conversation(ANN, thread.id) == replace(thread, settings=settings)


@given(
    prompt=st.text(st.characters(codec="utf-8", exclude_characters="\0")),
    temperature=st.none() | st.floats(allow_nan=False, allow_infinity=False),
    seed=st.none() | st.integers(-(2**70), 2**70),
)
def test_d14_any_settings_are_kept(
    shared: Store, prompt: str, temperature: float | None, seed: int | None
) -> None:
    settings = ChatSettings(system_prompt=prompt, temperature=temperature, seed=seed)
    thread = made(shared)

    shared.set_settings(ANN, thread.id, settings)

    found = shared.conversation(ANN, thread.id)
    assert found is not None
    assert found.settings == settings


def test_a_deleted_conversation_is_out_of_sight_until_it_is_restored(store: Store) -> None:
    asked, reply, request = put_turn(store)
    store.finish_reply(ANN, ended(reply), outcome_of(request))
    before = store.record(ANN, asked.conversation_id)

    store.delete_conversation(ANN, asked.conversation_id)

    assert store.conversations(ANN) == store.conversations(ANN, archived=True) == []
    assert store.conversation(ANN, asked.conversation_id) is None
    assert store.record(ANN, asked.conversation_id) is None
    assert store.all_ids(ANN) == []
    assert [entry.request for entry in store.ledger(ANN)] == [request]
    store.restore(ANN, asked.conversation_id)
    assert store.record(ANN, asked.conversation_id) == before


@pytest.mark.parametrize(("minutes", "is_kept"), [(59, True), (61, False)])
def test_after_an_hour_a_deletion_erases_what_was_deleted_before(
    store: Store, minutes: int, is_kept: bool
) -> None:
    asked, reply, request = put_turn(store)
    store.finish_reply(ANN, ended(reply), full_outcome_of(request))
    added = question(conversation(), reply)
    added = replace(added, conversation_id=asked.conversation_id)
    store.begin_turn(ANN, user=added, reply=reply_to(added), request=None, files=[image()])
    ledger = store.ledger(ANN)
    now = datetime.now(UTC)
    store.delete_conversation(ANN, asked.conversation_id, now=now)

    other = made(store)
    store.delete_conversation(ANN, other.id, now=now + timedelta(minutes=minutes))
    store.restore(ANN, asked.conversation_id)

    assert (store.conversation(ANN, asked.conversation_id) is not None) == is_kept
    assert (store.message(ANN, asked.id) is not None) == is_kept
    assert store.ledger(ANN) == ledger
    store.restore(ANN, other.id)
    assert store.conversation(ANN, other.id) == other


def test_a_deletion_erases_nothing_of_another_owner(store: Store) -> None:
    theirs = made(store, owner=BOB)
    now = datetime.now(UTC)
    store.delete_conversation(BOB, theirs.id, now=now)

    store.delete_conversation(ANN, made(store).id, now=now + timedelta(days=9))

    store.restore(BOB, theirs.id)
    assert store.conversation(BOB, theirs.id) == theirs


CHANGES: dict[str, Callable[[Store, str], None]] = {
    "pin": lambda store, known: store.pin(BOB, known, True),
    "archive": lambda store, known: store.archive(BOB, known, True),
    "rename": lambda store, known: store.rename(BOB, known, "mine"),
    "settings": lambda store, known: store.set_settings(BOB, known, FULL),
    "delete": lambda store, known: store.delete_conversation(BOB, known),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_another_owner_changes_nothing(store: Store, change: Callable[[Store, str], None]) -> None:
    thread = made(store, "Ann's")

    change(store, thread.id)

    assert store.conversations(ANN) == [thread]


def test_presets_are_kept_by_name_and_replaced(store: Store) -> None:
    other = Preset("a", "", "", ChatSettings())
    store.save_preset(ANN, Preset("b", "OpenAI", "gpt", ChatSettings(seed=1)))
    store.save_preset(ANN, other)
    store.save_preset(BOB, Preset("b", "Bob's", "x", ChatSettings()))

    store.save_preset(ANN, Preset("b", "Ollama", "qwen", FULL))

    assert store.presets(ANN) == [other, Preset("b", "Ollama", "qwen", FULL)]
    store.delete_preset(ANN, "b")
    assert store.presets(ANN) == [other]
    assert [preset.endpoint for preset in store.presets(BOB)] == ["Bob's"]


def test_files_come_with_their_message_and_their_content_on_request(store: Store) -> None:
    thread = conversation()
    files = [image(), document(), image("c.png")]
    asked = replace(question(thread), attachments=tuple(file.attachment for file in files))
    reply = reply_to(asked)

    store.begin_turn(
        ANN, user=asked, reply=reply, request=request_for(reply), conversation=thread, files=files
    )

    ids = [file.attachment.id for file in files]
    assert store.messages(ANN, thread.id) == [asked, reply]
    assert store.message(ANN, asked.id) == asked
    assert store.messages_to_send(ANN, thread.id)[0].attachments == asked.attachments
    assert store.files(ANN, thread.id, ids) == dict(zip(ids, files, strict=True))
    assert store.files(ANN, thread.id, [ids[1], "none"]) == {ids[1]: files[1]}
    assert store.files(ANN, thread.id, []) == store.files(BOB, thread.id, ids) == {}


def whole_record() -> Record:
    """A tree with two branches, a file, settings, an imported receipt."""
    thread = replace(conversation(), settings=FULL, pinned=True, archived=True)
    file = image()
    asked = replace(question(thread), attachments=(file.attachment,))
    first = replace(ended(reply_to(asked)), imported={"tokens": [1, None], "cost": "0.10"})
    second = replace(ended(reply_to(asked), "Or this."), source_id="elsewhere")
    last = question(thread, first, "And then?")
    return Record(replace(thread, leaf_id=last.id), (asked, first, second, last), (file,))


def test_a_whole_conversation_comes_back_as_it_was_added(store: Store) -> None:
    record = whole_record()

    store.add_records(ANN, [record])

    assert store.record(ANN, record.conversation.id) == record
    assert store.record(BOB, record.conversation.id) is None
    asked, first, _, last = record.messages
    assert store.messages(ANN, record.conversation.id) == [asked, first, last]
    assert store.message_count(ANN, record.conversation.id) == 3


def test_conversations_are_added_all_or_none(store: Store) -> None:
    known, new = whole_record(), whole_record()
    store.add_records(ANN, [known])

    with pytest.raises(StoreError):
        store.add_records(ANN, [new, known])

    assert store.all_ids(ANN) == [known.conversation.id]
    assert len(store.search(ANN, "and then")) == 1


def test_all_ids_have_the_last_written_last(store: Store) -> None:
    records = [whole_record() for _ in range(3)]

    store.add_records(ANN, records)

    assert store.all_ids(ANN) == [record.conversation.id for record in records]
