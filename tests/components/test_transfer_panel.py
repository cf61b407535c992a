"""Taking conversations away and bringing them in: what a file holds is said first, and kept on a click alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components import services
from components.transfer_panel import everything, forms_of, in_words
from parley.chat_settings import ChatSettings
from parley.conversation import LOCAL_OWNER as OWNER
from parley.conversation import Record
from parley.errors import NotThere
from tests.pages.chat_page import notice, served, shown, words
from tests.parley.store.turns import execute
from tests.parley.transfer.files import (
    chatgpt,
    chatgpt_node,
    chatgpt_with_branches,
    exported,
    full_record,
    plain_record,
    read,
    said,
)
from tests.upstream import Upstream


@pytest.fixture(autouse=True)
def _served(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Upstream]:
    yield from served(upstream, monkeypatch, tmp_path)


def script() -> None:
    from components import services, transfer_panel
    from components.state import Session
    from parley.conversation import LOCAL_OWNER

    transfer_panel.show(services.get(), LOCAL_OWNER, Session())


def menu_script(conversation_id: str) -> None:
    from components import services, transfer_panel
    from parley.conversation import LOCAL_OWNER

    everything = services.get()
    conversation = everything.store.conversation(LOCAL_OWNER, conversation_id)
    assert conversation is not None
    transfer_panel.export_buttons(everything, LOCAL_OWNER, conversation)


def opened() -> AppTest:
    app = AppTest.from_function(script, default_timeout=20).run()
    assert not app.exception
    return app


def chosen(app: AppTest, data: Any) -> AppTest:
    content = data if isinstance(data, bytes) else json.dumps(data).encode()
    app.file_uploader[0].upload("a.json", content, "application/json").run()
    assert not app.exception
    return app


def press(app: AppTest, label: str = "Import") -> AppTest:
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception
    return app


def kept() -> list[Record]:
    store = services.get().store
    found = (store.record(OWNER, one) for one in store.all_ids(OWNER))
    return [record for record in found if record is not None]


def successes(app: AppTest) -> str:
    return " ".join(shown(success.value) for success in app.success)


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def test_the_bounds_are_said_before_a_file_is_chosen() -> None:
    app = opened()

    assert "At most 500 MB and 200,000 messages." in words(app)
    assert "Import" not in labels(app)


def test_what_a_file_holds_is_said_and_nothing_is_kept_until_the_click() -> None:
    app = chosen(opened(), [chatgpt_with_branches(), chatgpt(chatgpt_node("r", None))])

    assert "1 conversation with 5 messages from ChatGPT." in words(app)
    assert "Left out: 1 conversation without a message." in words(app)
    assert kept() == []


def test_a_click_imports_all_of_it_and_says_so_once() -> None:
    app = chosen(opened(), exported(full_record(), plain_record("Hello", "Hi")))
    assert "not counted as calls of this Parley" in words(app)

    press(app)

    assert successes(app) == (
        "Imported 2 conversations with 6 messages from Parley; 1 brings a system prompt."
    )
    assert [record.conversation.title for record in kept()][1] == "Motörhead"
    assert "Import" not in labels(app)
    assert successes(app.run()) == ""


def test_a_hostile_file_is_refused_in_a_sentence_and_another_can_be_chosen() -> None:
    app = chosen(opened(), b"PK\x03\x04")

    assert "This is a zip archive." in notice(app)
    assert "Unpack it and choose conversations.json." in notice(app)
    assert "Import" not in labels(app)

    chosen(app, [{"role": "user", "content": "Hello"}])

    assert "1 conversation with 1 message from OpenAI messages." in words(app)
    assert notice(app) == ""


def test_a_file_that_is_taken_back_is_forgotten() -> None:
    app = chosen(opened(), [chatgpt_with_branches()])

    app.file_uploader[0].set_value(None).run()

    assert "Import" not in labels(app)
    assert not app.exception


def test_x6_when_the_store_fails_nothing_is_kept_and_the_click_can_be_repeated(
    tmp_path: Path,
) -> None:
    app = chosen(opened(), exported(plain_record("Hello"), plain_record("Again")))
    (file,) = tmp_path.glob("*.db")
    execute(
        file,
        "CREATE TRIGGER full BEFORE INSERT ON messages WHEN NEW.text = 'Again' "
        "BEGIN SELECT RAISE(ABORT, 'no more'); END",
    )

    press(app)

    assert "could not be saved" in shown(notice(app))
    assert kept() == []
    execute(file, "DROP TRIGGER full")
    press(app)
    assert len(kept()) == 2
    assert notice(app) == ""


def test_outside_text_of_a_refusal_is_no_markdown() -> None:
    app = chosen(opened(), [{"role": "![x](http://evil.example)"}])

    assert "![x]" in notice(app)
    assert all("![" not in error.value for error in app.error)


def test_export_and_import_of_everything_is_the_same_apart_from_ids() -> None:
    services.get().store.add_records(
        OWNER, read(exported(full_record(), plain_record("a"))).records
    )

    again = read(everything(services.get(), OWNER)).records

    assert [said(one) for one in again] == [said(one) for one in kept()]


def test_all_conversations_are_exported_under_a_dated_name() -> None:
    app = opened()

    assert [button.label for button in app.download_button] == ["Export all conversations"]


def test_a_conversation_can_be_taken_away_in_three_forms() -> None:
    services.get().store.add_records(OWNER, read(exported(full_record())).records)
    (record,) = kept()
    app = AppTest.from_function(menu_script, args=(record.conversation.id,), default_timeout=20)

    app.run()

    assert not app.exception
    assert [shown(button.label) for button in app.download_button] == [
        "Everything (JSON)",
        "OpenAI messages (JSON)",
        "To read (Markdown)",
    ]
    made = [form.make() for form in forms_of(services.get(), OWNER, record.conversation.id)]
    assert made[0].startswith(b'[\n{"archived":true')
    assert json.loads(made[1])[0] == {"role": "system", "content": "Be brief."}
    assert made[2].startswith(b"---\ntitle:")


def test_x12_no_form_of_an_export_holds_the_key() -> None:
    services.get().store.add_records(OWNER, read(exported(full_record())).records)
    (record,) = kept()

    made = [form.make() for form in forms_of(services.get(), OWNER, record.conversation.id)]

    assert all(b"sk-test" not in data for data in (*made, everything(services.get(), OWNER)))


def test_a_conversation_that_is_gone_is_not_exported() -> None:
    form = forms_of(services.get(), OWNER, "gone")[0]

    with pytest.raises(NotThere):
        form.make()


def test_x9_system_prompts_in_a_file_are_counted_before_it_is_imported() -> None:
    prompted = plain_record("Hello")
    settings = ChatSettings("You are a pirate.")
    first = replace(prompted, conversation=replace(prompted.conversation, settings=settings))

    found = read(exported(first, first, plain_record("Hi")))

    assert in_words(found) == (
        "3 conversations with 3 messages from Parley; 2 bring a system prompt."
    )


def test_x8_importing_asks_no_endpoint(upstream: Upstream) -> None:
    press(chosen(opened(), [chatgpt_with_branches()]))

    assert upstream.requests == []
