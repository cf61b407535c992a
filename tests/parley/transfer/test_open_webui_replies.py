"""Replies in Open WebUI's export: their words, thoughts and usage, and those that its own faults left incomplete."""

from __future__ import annotations

from typing import Any

import pytest

from parley.conversation import MessageState
from tests.parley.transfer.files import exported, only, read, said
from tests.parley.transfer.files import open_webui_greeting as greeting
from tests.parley.transfer.files import open_webui_reply as reply


def part(text: str) -> dict[str, str]:
    return {"type": "output_text", "text": text}


def test_folded_thoughts_are_taken_out_of_the_answer() -> None:
    folded = (
        '<details type="reasoning" done="true" duration="3">\n<summary>Thought for 3 seconds</summary>\n'
        "> Is 1 &lt; 2?\n> Yes.\n</details>\nOf course."
    )

    record = only(read([reply(folded)]))

    assert record.messages[1].text == "Of course."
    assert record.messages[1].reasoning == "Is 1 < 2?\nYes."


def test_a_reply_that_is_a_list_of_items_keeps_its_words_thoughts_and_tools() -> None:
    output = [
        {"type": "reasoning", "summary": [], "content": [{"type": "output_text", "text": "Hm"}]},
        {"type": "reasoning", "summary": [{"type": "summary_text", "text": "Oh"}], "content": None},
        {"type": "message", "role": "assistant", "content": [part("First. "), part("More.")]},
        {"type": "function_call", "call_id": "c", "name": "search", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "c", "output": [part("found")]},
        {"type": "open_webui:code_interpreter", "code": "1 + 1"},
        {"type": "message", "role": "assistant", "content": "Then."},
    ]

    imported = read([reply("", output=output)])

    answer = only(imported).messages[1]
    assert (answer.text, answer.reasoning) == ("First. More.\n\nThen.", "Hm\n\nOh")
    assert answer.tool_calls == ("search",)
    assert imported.left_out == ("1 message of a tool", "1 call of a tool")


def test_content_that_is_there_goes_before_the_items() -> None:
    output = [{"type": "message", "content": [part("As it was.")]}]

    record = only(read([reply("As it was edited.", output=output)]))

    assert record.messages[1].text == "As it was edited."


def test_a_reply_without_role_and_parent_is_found_by_what_it_has() -> None:
    value = reply("")
    held = value["chat"]["history"]["messages"]
    held["m2"] = {"done": True, "output": [{"type": "message", "content": [part("Because.")]}]}
    held["m3"] = {"parentId": "m2", "role": "user", "content": "Oh?"}

    record = only(read([value]))

    assert said(record) == [("user", "Why?"), ("assistant", "Because."), ("user", "Oh?")]
    assert [one.parent_id for one in record.messages] == [
        None,
        *(m.id for m in record.messages[:2]),
    ]


def test_a_message_that_does_not_say_whose_it_is_is_counted() -> None:
    value = greeting()
    value["chat"]["history"]["messages"]["m4"] = {"statusHistory": []}

    imported = read([value])

    assert len(only(imported).messages) == 3
    assert imported.left_out == ("1 message that does not say whose it is",)


def test_a_child_that_two_messages_claim_in_a_circle_stays_where_it_was() -> None:
    value = reply("Because.")
    value["chat"]["history"]["messages"]["m2"]["childrenIds"] = ["m1"]

    record = only(read([value]))

    assert said(record) == [("user", "Why?"), ("assistant", "Because.")]
    assert record.messages[1].parent_id == record.messages[0].id


def test_thoughts_without_an_end_stay_in_the_answer() -> None:
    record = only(read([reply('<details type="reasoning">\nHm')]))

    assert record.messages[1].text == '<details type="reasoning">\nHm'
    assert record.messages[1].reasoning == ""


@pytest.mark.parametrize("name", ["usage", "info"])
def test_x7_usage_is_kept_as_what_the_file_says(name: str) -> None:
    usage = {"prompt_tokens": 12, "completion_tokens": 3, "total_duration": 1.5}

    record = only(read([reply("Because.", **{name: usage})]))

    assert record.messages[1].imported == {"origin": "Open WebUI", "raw_usage": usage}
    assert record.calls == ()


@pytest.mark.parametrize(
    ("more", "state"),
    [
        ({"done": False}, MessageState.INTERRUPTED),
        ({"error": {"content": "boom"}}, MessageState.FAILED),
        ({"error": True}, MessageState.FAILED),
        ({"done": None}, MessageState.COMPLETE),
    ],
)
def test_how_a_reply_ended_is_kept(more: dict[str, Any], state: MessageState) -> None:
    record = only(read([reply("Bec", **more)]))

    assert record.messages[1].state is state
    assert (record.messages[1].notice is not None) is (state is MessageState.FAILED)


def test_x11_what_comes_in_as_deep_as_can_be_comes_in_again() -> None:
    usage: dict[str, Any] = {}
    for _ in range(13):
        usage = {"more": usage}
    chat = reply("Because.", usage=usage)["chat"]
    del chat["messages"]

    record = only(read([chat]))

    assert record.messages[1].imported == {"origin": "Open WebUI", "raw_usage": usage}
    assert only(read(exported(record))).messages[1].imported == record.messages[1].imported
    assert only(read(chat)).messages[1].imported == record.messages[1].imported
