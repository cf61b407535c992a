"""Parley's own file: everything of a conversation but its ids comes back, and nothing of it is trusted."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from parley.chat_settings import ChatSettings
from parley.conversation import (
    LedgerEntry,
    MessageState,
    new_id,
)
from parley.pricing.price import Cost
from parley.usage import State
from tests.parley.store.turns import outcome_of, reply_to, request_for
from tests.parley.transfer.files import (
    exported,
    full_record,
    only,
    own,
    plain_record,
    read,
    said,
    without_ids,
)


def test_x11_export_import_export_gives_the_same_bytes_apart_from_ids() -> None:
    first = exported(full_record(), plain_record("Hello", "Hi"))

    second = exported(*read(first).records)

    assert second != first
    assert without_ids(second) == without_ids(first)


def test_the_same_conversations_give_the_same_bytes() -> None:
    record = full_record()

    assert exported(record) == exported(record)


def test_an_import_has_new_ids_and_everything_else_as_it_was() -> None:
    record = full_record()

    imported = only(read(exported(record)))

    old_ids = {record.conversation.id, *(one.id for one in record.messages), "f1", "f2"}
    new_ids = {imported.conversation.id, *(one.id for one in imported.messages)}
    assert new_ids.isdisjoint(old_ids)
    assert {file.attachment.id for file in imported.files}.isdisjoint(old_ids)
    assert imported.conversation == replace(
        record.conversation, id=imported.conversation.id, leaf_id=imported.messages[3].id
    )
    parents = [one.parent_id for one in imported.messages]
    asked, first, _, _ = imported.messages
    assert parents == [None, asked.id, first.id, asked.id]
    assert said(imported) == said(record)
    assert [file.text for file in imported.files] == ["notes", ""]
    assert imported.files[1].data == record.files[1].data
    assert asked.attachments == tuple(file.attachment for file in imported.files)
    assert [replace(one.attachment, id="") for one in imported.files] == [
        replace(one.attachment, id="") for one in record.files
    ]


def test_x7_a_receipt_comes_back_as_what_the_file_says_and_as_no_call() -> None:
    imported = only(read(exported(full_record())))

    receipt = imported.messages[3].imported
    assert imported.calls == ()
    assert receipt is not None
    assert receipt["cost"]["amount"] == "1.234567890E-21"
    assert receipt["cost"]["state"] == "partial"
    assert receipt["cost"]["lines"][0]["rate_per_mtok"] == "0.10"
    assert receipt["usage"]["output_tokens"] == {"value": 17, "state": "partial", "at_most": 512}
    assert receipt["usage"]["cached_tokens"]["value"] is None
    assert receipt["raw_usage"] == {
        "prompt_tokens": 0,
        "details": {"cached": None, "odd": [1, 2.5, "x"]},
    }
    assert receipt["model_asked"] == "Qwen/Qwen3"
    assert receipt["model_answered"] == "Qwen/Qwen3-2507"
    assert imported.messages[1].imported is None


def test_the_last_call_of_a_reply_makes_its_receipt_and_one_without_end_is_unknown() -> None:
    record = plain_record("Why?", "Because.")
    reply = record.messages[1]
    first, last = request_for(reply), request_for(reply)
    calls = (LedgerEntry(first, outcome_of(first)), LedgerEntry(last, None))

    receipt = own(replace(record, calls=calls))[0]["messages"][1]["receipt"]

    assert receipt["calls"] == 2
    assert receipt["ended_at"] is None
    assert receipt["state"] == "interrupted"
    assert receipt["usage"]["input_tokens"] == {"value": None, "state": "unknown", "at_most": None}
    assert receipt["cost"]["amount"] is None


def test_a_copied_reply_has_the_receipt_of_the_one_it_was_copied_from() -> None:
    record = plain_record("Why?", "Because.")
    asked, reply = record.messages
    request = request_for(reply)
    copied = replace(reply, id=new_id(), source_id=reply.id)
    calls = (LedgerEntry(request, outcome_of(request)),)

    values = own(replace(record, messages=(asked, copied), calls=calls))

    assert values[0]["messages"][1]["receipt"]["model_asked"] == "Qwen/Qwen3"


def test_a_reply_that_is_being_written_is_an_interrupted_one_in_the_file() -> None:
    record = plain_record("Why?")
    reply = replace(reply_to(record.messages[0]), text="Beca")
    values = own(replace(record, messages=(*record.messages, reply)))
    values[0]["messages"][0]["state"] = "streaming"

    imported = only(read(values))

    assert values[0]["messages"][1]["state"] == "interrupted"
    assert {one.state for one in imported.messages} == {MessageState.INTERRUPTED}


def nested(levels: int) -> dict[str, Any]:
    value: dict[str, Any] = {"type": "string"}
    for _ in range(levels):
        value = {"type": "object", "properties": {"a": value}}
    return value


def test_what_is_nested_deeper_than_a_file_may_be_travels_all_the_same() -> None:
    record = plain_record("Why?", "Because.")
    settings = ChatSettings(
        response_format="json_schema", json_schema=nested(20), extra_body=nested(15)
    )
    request = request_for(record.messages[1])
    outcome = replace(outcome_of(request), raw_usage=nested(15))
    deep = replace(
        record,
        conversation=replace(record.conversation, settings=settings),
        calls=(LedgerEntry(request, outcome),),
    )
    first = exported(deep)

    imported = read(first)

    assert only(imported).conversation.settings == settings
    assert without_ids(exported(*imported.records)) == without_ids(first)


def test_x8_owner_address_and_key_in_a_file_are_ignored() -> None:
    values = own(plain_record("Why?", "Because."))
    values[0] |= {"owner": "ann", "base_url": "https://evil.example/v1", "api_key": "sk-canary"}
    values[0]["messages"][1] |= {"owner": "ann", "base_url": "https://evil.example/v1"}
    values[0]["messages"][1]["notice"] = {
        "kind": "WrongBaseUrl",
        "title": "No.",
        "suggestion": "https://evil.example/v1",
    }

    imported = only(read(values))

    assert "evil" not in repr(imported)
    assert "canary" not in repr(imported)


def test_x12_no_address_parameter_or_owner_is_in_an_export() -> None:
    record = full_record()

    data = exported(record)

    assert b"api.example.com" not in data
    assert b"include_usage" not in data
    assert b"suggestion" not in data
    assert b"owner" not in data


def test_parents_come_before_their_children_whatever_the_order_in_the_file() -> None:
    values = own(full_record())
    values[0]["messages"].reverse()

    imported = only(read(values))

    seen: set[str | None] = {None}
    for message in imported.messages:
        assert message.parent_id in seen
        seen.add(message.id)
    assert len(imported.messages) == 4


def test_a_leading_system_message_becomes_the_system_prompt() -> None:
    values = own(plain_record("Be brief.", "Why?"))
    values[0]["messages"][0]["role"] = "system"
    values[0]["messages"][1]["role"] = "user"

    imported = only(read(values))

    assert imported.conversation.settings.system_prompt == "Be brief."
    assert said(imported) == [("user", "Why?")]
    assert imported.messages[0].parent_id is None


def test_as_little_as_can_be_is_enough() -> None:
    imported = only(read([{"parley_export": 1, "messages": [{"id": "a", "role": "user"}]}]))

    assert imported.conversation.title == "New chat"
    assert imported.conversation.settings == ChatSettings()
    assert said(imported) == [("user", "")]


def test_money_keeps_its_digits() -> None:
    record = plain_record("a", "b")
    request = request_for(record.messages[1])
    outcome = replace(outcome_of(request), cost=Cost(Decimal("0.10"), State.REPORTED))

    values = own(replace(record, calls=(LedgerEntry(request, outcome),)))

    assert values[0]["messages"][1]["receipt"]["cost"]["amount"] == "0.10"
