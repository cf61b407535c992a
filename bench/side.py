"""One side of the comparison: an app, its own upstream, and what differs in how it is used.

Every measurement is made through this, so that both sides are measured by the same lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import BrowserContext

from bench import seeding, servers
from bench.page import ChatPage
from bench.replies import short
from tests.upstream import Received, Step, Upstream

STREAMLITS_STOP = (
    '[data-testid="stStatusWidget"] button, [data-testid="stBaseButton-header"]:has-text("Stop")'
)
PARLEYS_STOP = ".st-key-stop button"


@dataclass
class Side:
    """A running app with its upstream and a browser that has been here before."""

    recipe: servers.Recipe
    app: servers.App
    upstream: Upstream
    visitor: BrowserContext
    stop_button: str
    seeded_path: str | None
    """Where a conversation of 100 messages waits; `None` = it has to be held."""

    @property
    def name(self) -> str:
        return self.recipe.name

    def page(self, path: str = "/") -> ChatPage:
        """A fresh tab: a new session, and so an empty conversation, with the browser's cache warm."""
        chat = ChatPage(self.visitor, self.app.url)
        chat.open(path)
        return chat

    def ask(
        self, chat: ChatPage, prompt: str, answer: tuple[Step, ...], mark: str
    ) -> tuple[float, float, Received]:
        """One turn until `mark` is on the page: when Enter went down, when it appeared, the request."""
        asked_before = len(self.upstream.chats)
        self.upstream.script(*answer)
        chat.watch(mark, mark)
        entered = chat.send(prompt)
        appeared = chat.when(mark)
        return entered, appeared, self.upstream.wait_for_requests(asked_before + 1)[-1]

    def hold(self, turns: int) -> ChatPage:
        """A page with a conversation of so many quick turns."""
        if self.seeded_path is not None:
            return self.page(self.seeded_path)
        chat = self.page()
        for turn in range(turns):
            mark = f"held{turn}end"
            self.ask(chat, seeding.question(turn), short(f"{seeding.answer(turn)} {mark}", 0), mark)
            chat.settle(quiet_s=0.03)
        chat.settle()
        return chat


@contextmanager
def parley(scratch: Path, visitor: BrowserContext, turns: int) -> Iterator[Side]:
    """Parley, its store already holding a conversation of so many turns."""
    with Upstream() as upstream:
        conversation_id = seeding.seed(servers.data_dir(scratch), upstream.base_url, turns)
        recipe = servers.parley(scratch, upstream.base_url)
        with servers.App(recipe) as app:
            yield Side(recipe, app, upstream, visitor, PARLEYS_STOP, f"/?c={conversation_id}")


@contextmanager
def yardstick(scratch: Path, visitor: BrowserContext) -> Iterator[Side]:
    with Upstream() as upstream:
        recipe = servers.yardstick(scratch, upstream.base_url)
        with servers.App(recipe) as app:
            yield Side(recipe, app, upstream, visitor, STREAMLITS_STOP, None)
