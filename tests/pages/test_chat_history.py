"""The history in the sidebar of Chat: by day, in parts, searched, and gone through by keys."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.history_view import STEP
from parley.conversation import LOCAL_OWNER as OWNER
from tests.pages.chat_page import bubbles, click, conversation_id, opened, served, words
from tests.pages.history_page import go_on, keep, listed, search, store
from tests.upstream import Upstream


@pytest.fixture(autouse=True)
def upstream(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Upstream]:
    yield from served(upstream, monkeypatch, tmp_path)


def disabled(app: AppTest) -> tuple[bool, bool]:
    """Whether there is nothing above, and nothing below."""
    above, below = (
        next(one for one in app.button if one.key == f"{name}-conversation")
        for name in ("previous", "next")
    )
    return above.disabled, below.disabled


def test_conversations_stand_under_their_days() -> None:
    keep("Ages ago", days_ago=400)
    keep("Last week", days_ago=5)
    keep("Now")
    store().pin(OWNER, keep("Kept", days_ago=60), True)

    app = opened()

    month = f"{datetime.now(UTC) - timedelta(days=400):%B %Y}"
    assert listed(app) == [
        "Pinned", "Kept", "Today", "Now", "Previous 7 days", "Last week", month, "Ages ago",
    ]  # fmt: skip


def test_days_are_those_of_the_readers_time_zone() -> None:
    keep("Here")
    app = opened()

    app.context["timezone"] = "Not/AZone"
    app.run()

    assert not app.exception
    assert listed(app) == ["Today", "Here"]


def test_fifty_are_listed_until_more_are_asked_for() -> None:
    for number in range(STEP + 2):
        keep(f"Chat {number}")

    app = opened()

    assert len(listed(app)) == 1 + STEP
    click(app, "Show more")
    assert len(listed(app)) == 1 + STEP + 2
    assert not [one for one in app.button if one.label == "Show more"]


def test_a_click_opens_and_an_old_one_that_is_open_is_listed_first() -> None:
    old = keep("The oldest", days_ago=90)
    for number in range(STEP):
        keep(f"Chat {number}")

    app = opened(c=old)

    assert listed(app)[:3] == ["Open", "The oldest", "Today"]
    click(app, "Chat 7")
    assert listed(app)[0] == "Today"
    assert bubbles(app)[0] == "user | Why?"


def test_a_search_shows_the_words_around_the_hit_and_opens_its_branch() -> None:
    chat = keep("Tides", "Why?", "First answer")
    first = store().messages(OWNER, chat)[1]
    go_on(chat, first.id, "And the moon?", "It pulls on the near side")
    go_on(chat, first.id, "And the sun?", "It pulls less")
    app = opened()

    search(app, "near si")

    assert listed(app) == ["1 chat found", "Tides", "It pulls on the **near** **side**"]
    click(app, "Tides")
    assert bubbles(app)[-2].endswith("And the moon?")
    assert listed(app)[0] == "1 chat found"


def test_a_hit_far_above_the_end_is_on_the_page_when_it_is_opened() -> None:
    chat = keep("Long", "The needle", "Answer")
    last = store().messages(OWNER, chat)[-1].id
    for number in range(25):
        last = go_on(chat, last, f"Question {number}", "Answer")
    app = opened(c=chat)
    before = bubbles(app)

    click(search(opened(), "needle"), "Long")

    assert "user | The needle" not in before
    app = search(opened(), "needle")
    click(app, "Long")
    assert bubbles(app)[0] == "user | The needle"


@pytest.mark.parametrize(
    "typed", ["nothing like it", "!!!", '"; drop table conversations', "NEAR("]
)
def test_d15_a_search_without_hits_says_so(typed: str) -> None:
    keep("Tides")

    app = search(opened(), typed)

    assert listed(app) == [f"No chat has “{typed}”."]
    assert listed(search(app, "")) == ["Today", "Tides"]


def test_a_title_that_is_found_is_opened_as_it_stands() -> None:
    keep("Tides")

    app = click(search(opened(), "tid"), "Tides")

    assert listed(app) == ["1 chat found", "Tides"]
    assert bubbles(app)[0] == "user | Why?"


def test_r1_a_title_brings_no_markdown_of_its_own() -> None:
    keep("![x](http://x.y/z.png) **bold** :material/home:")

    app = opened()

    labels = [one.label for one in app.button if (one.key or "").startswith("open-")]
    assert labels
    assert not any("![" in label or "**" in label for label in labels)


def test_next_and_previous_go_through_what_is_listed() -> None:
    keep("Second")
    keep("First")
    app = opened()

    click(app, "Next")

    assert bubbles(app)
    first = conversation_id(app)
    assert disabled(app) == (True, False)
    click(app, "Next")
    assert conversation_id(app) != first
    assert disabled(app) == (False, True)
    click(app, "Previous")
    assert conversation_id(app) == first


def test_next_goes_through_what_a_search_found() -> None:
    wanted = keep("Tides")
    keep("Moons")

    app = click(search(opened(), "tides"), "Next")

    assert conversation_id(app) == wanted
    assert disabled(app) == (True, True)


def test_the_sheet_lists_every_shortcut_that_a_button_has() -> None:
    app = opened(c=keep("Tides"))

    click(app, "Keyboard shortcuts")

    sheet = words(app).lower().replace("↑", "up").replace("↓", "down")
    keys = {one.proto.shortcut for one in app.button if one.proto.shortcut}
    assert len(keys) >= 4
    assert all(key in sheet for key in keys)
    assert "esc" in sheet
