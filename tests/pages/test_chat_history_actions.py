"""What can be done with a conversation in the history: renamed, pinned, archived, deleted and brought back."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components import sending, services
from parley.chat_settings import ChatSettings
from parley.conversation import LOCAL_OWNER as OWNER
from parley.conversation import MessageState
from tests.pages.chat_page import (
    bubbles,
    click,
    conversation_id,
    notice,
    opened,
    send,
    served,
    words,
)
from tests.pages.history_page import act, keep, listed, search, store
from tests.parley.talk import wait_until
from tests.upstream import Upstream, done, finish, role, text, wait_for


@pytest.fixture(autouse=True)
def upstream(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Upstream]:
    yield from served(upstream, monkeypatch, tmp_path)


def rename(app: AppTest, name: str) -> AppTest:
    act(app, "Rename")
    app.text_input(key=f"conversation-name-{conversation_id(app)}").set_value(name)
    return click(app, "Save")


def _refuse_changes(data_dir: Path) -> None:
    """As a disk that has gone read-only would."""
    (file,) = data_dir.glob("*.db")
    with contextlib.closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(
            "CREATE TRIGGER refuse BEFORE UPDATE ON conversations "
            "BEGIN SELECT RAISE(ABORT, 'disk full'); END"
        )


def test_a_new_name_is_one_line_and_is_kept() -> None:
    chat = keep("Old")
    app = opened(c=chat)

    rename(app, "  A\x07 new \u2003 name ")

    assert listed(app) == ["Today", "A new name"]
    assert listed(opened()) == ["Today", "A new name"]
    assert not [one for one in app.text_input if one.key != "history-search"]


def test_an_empty_name_is_refused_and_the_old_one_stays() -> None:
    app = opened(c=keep("Old"))

    rename(app, "   ")

    assert "A conversation needs a name." in words(app)
    click(app, "Cancel")
    assert listed(app) == ["Today", "Old"]
    assert "needs a name" not in words(app)


def test_a_pinned_conversation_is_on_top_until_it_is_unpinned() -> None:
    chat = keep("Old", days_ago=3)
    keep("New")
    app = opened(c=chat)

    act(app, "Pin")

    assert listed(app) == ["Pinned", "Old", "Today", "New"]
    act(app, "Unpin")
    assert listed(app) == ["Today", "New", "Previous 7 days", "Old"]


def test_an_archived_conversation_has_a_list_of_its_own_and_is_found_by_a_search() -> None:
    app = opened(c=keep("Put away"))
    keep("Here")

    act(app, "Archive")

    assert listed(app) == ["Open", "Put away", "Today", "Here"]
    assert listed(click(app, "New chat")) == ["Today", "Here"]
    assert listed(search(app, "put")) == ["1 chat found", "Put away"]
    search(app, "")
    app.toggle(key="history-archived").set_value(True).run()
    assert listed(app) == ["Today", "Put away"]
    act(click(app, "Put away"), "Unarchive")
    assert listed(app)[-1] == "No chat is archived."


def test_what_was_deleted_is_gone_at_once_and_comes_back() -> None:
    chat = keep("Tides")
    app = opened(c=chat)

    act(app, "Delete")

    assert listed(app) == ["Deleted “Tides”."]
    assert bubbles(app) == []
    assert "c" not in app.query_params
    assert "not found" not in words(app) + notice(app)
    click(app, "Undo")
    assert conversation_id(app) == chat
    assert listed(app) == ["Today", "Tides"]
    assert bubbles(app)[0] == "user | Why?"


@pytest.mark.parametrize("after", ["New chat", "Other"])
def test_the_offer_to_undo_ends_with_the_next_action(after: str) -> None:
    keep("Other")
    app = act(opened(c=keep("Tides")), "Delete")

    click(app, after)

    assert listed(app) == ["Today", "Other"]
    assert not [one for one in app.button if one.label == "Undo"]


def test_the_offer_to_undo_ends_with_the_next_message() -> None:
    app = act(opened(c=keep("Tides")), "Delete")

    send(app, "Something else")

    assert listed(app) == ["Today", "Something else"]


def test_a_reply_that_runs_elsewhere_is_marked_and_deleting_its_conversation_stops_it(
    upstream: Upstream,
) -> None:
    never = threading.Event()
    upstream.script(role(), text("So far"), wait_for(never), finish(), done())
    chat = keep("Tides")
    app = opened(c=chat)
    endpoint = services.get().endpoints.default(OWNER).name
    target = sending.target_of(services.get(), OWNER, endpoint, "big", ChatSettings())
    reply = sending.send(services.get(), OWNER, chat, "And?", target)
    wait_until(lambda: reply.message.text == "So far")
    marked = next(one for one in opened().button if one.label == "Tides").icon

    act(app, "Delete")

    assert reply.wait_until_ended(5)
    never.set()
    click(app, "Undo")
    assert marked
    assert store().messages(OWNER, chat)[-1].state is MessageState.STOPPED
    assert "So far" in bubbles(app)[-1]
    assert not next(one for one in app.button if one.label == "Tides").icon


@pytest.mark.parametrize("action", ["Pin", "Archive", "Delete"])
def test_a_change_that_cannot_be_stored_says_so_and_changes_nothing(
    action: str, tmp_path: Path
) -> None:
    app = opened(c=keep("Tides"))
    _refuse_changes(tmp_path)

    act(app, action)

    assert notice(app)
    assert listed(app) == ["Today", "Tides"]


def test_a_conversation_that_was_deleted_in_another_tab_is_said_to_be_gone() -> None:
    chat = keep("Tides")
    app = opened(c=chat)
    store().delete_conversation(OWNER, chat)

    app.run()

    assert "not found" in notice(app)
    assert listed(app) == []
