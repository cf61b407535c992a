"""The history of Chat for its tests: conversations to list, how it is used, and how what it lists is read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button, Caption

from components import services
from parley.conversation import LOCAL_OWNER as OWNER
from parley.conversation import Conversation, Message, Role, new_id
from parley.store import Store
from tests.pages.chat_page import shown


def store() -> Store:
    return services.get().store


def keep(title: str, *texts: str, days_ago: int = 0) -> str:
    """A conversation of questions and answers in turn; returns its id."""
    when = datetime.now(UTC) - timedelta(days=days_ago)
    made = Conversation(new_id(), title, when, when, "127.0.0.1", "big")
    asked, *rest = texts or ("Why?",)
    first = Message(new_id(), made.id, None, Role.USER, asked, created_at=when)
    answer = rest[0] if rest else "Because."
    _keep_turn(made.id, first, answer, made)
    return made.id


def _keep_turn(
    conversation_id: str, asked: Message, answer: str, conversation: Conversation | None = None
) -> str:
    reply = Message(
        new_id(), conversation_id, asked.id, Role.ASSISTANT, answer, created_at=asked.created_at
    )
    store().begin_turn(OWNER, user=asked, reply=reply, request=None, conversation=conversation)
    return reply.id


def go_on(conversation_id: str, parent_id: str, asked: str, answer: str) -> str:
    question = Message(new_id(), conversation_id, parent_id, Role.USER, asked)
    return _keep_turn(conversation_id, question, answer)


def listed(app: AppTest) -> list[str]:
    """Headings, titles and excerpts of the sidebar, from above."""
    return [
        shown(element.value if isinstance(element, Caption) else element.label)
        for element in app.sidebar
        if isinstance(element, Caption)
        or (isinstance(element, Button) and str(element.key).startswith("open-"))
    ]


def act(app: AppTest, action: str) -> AppTest:
    """Choose from the menu of the open conversation."""
    menu = next(one for one in app.menu_button if one.key == "conversation-menu")
    menu.click(action).run()
    assert not app.exception
    return app


def search(app: AppTest, typed: str) -> AppTest:
    app.text_input(key="history-search").set_value(typed).run()
    assert not app.exception
    return app


def disabled(app: AppTest) -> tuple[bool, bool]:
    """Whether there is nothing above, and nothing below."""
    above, below = (
        next(one for one in app.button if one.key == f"{name}-conversation")
        for name in ("previous", "next")
    )
    return above.disabled, below.disabled
