"""Sends hundreds of messages at the moments that lose messages, in a real browser: `python -m bench soak`.

`at_last_words` sends each one as the last word of the reply before it appears, `while_running` while that reply still
runs; nothing ever sleeps. `bench/soak_judge.py` compares what was sent with what was stored, received and shown.
"""

from __future__ import annotations

import json
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from bench import page, servers
from bench.page import ChatPage, NeverSeen
from bench.soak_judge import Verdict, judge
from parley.store import Store
from tests.upstream import Step, Upstream, done, finish, role, text, trickle, usage
from tests.upstream import wait_for as hold_until

LAST_WORD_TURNS = 200
RUNNING_TURNS = 50
PATIENCE_S = 20.0
"""For one step; what takes longer counts as a hang."""
LOOKED_BACK = 5
"""Whether so many of the last replies stand on the page once is looked at with every turn."""


@dataclass
class Talk:
    """One conversation as the person at the keyboard remembers it."""

    chat: ChatPage
    upstream: Upstream
    questions: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    """The word that tells each reply from all others."""
    cut: set[int] = field(default_factory=set)
    """Which replies were still running when the next message was sent."""
    doubled: set[str] = field(default_factory=set)
    """Words that stood on the page twice when one of the next replies was looked at."""

    def script(self, word: str, *answer: Step) -> None:
        self.words.append(word)
        self.upstream.script(role(), *answer)

    def send(self) -> None:
        """By the keyboard."""
        self.chat.send(self._next_question())

    def send_when_seen(self, word: str, ready: threading.Event) -> None:
        """Type ahead; the page itself presses Enter in the very callback that sees the word."""
        self.chat.type(self._next_question())
        name = json.dumps(word)
        self.chat.ask(f"bench.watch({name}, {name}, bench.press)")
        ready.set()
        self._seen(word)

    def see(self, word: str, wanted: str | None = None) -> None:
        """Wait until the word, or `wanted`, is on the page."""
        self.chat.watch(word, wanted or word)
        self._seen(word)

    def arrived(self) -> None:
        """Wait until every message has reached the upstream."""
        self.upstream.wait_for_requests(len(self.questions), PATIENCE_S)

    def _next_question(self) -> str:
        self.questions.append(f"Question {len(self.questions)}, please.")
        return self.questions[-1]

    def _seen(self, word: str) -> None:
        self.chat.when(word, PATIENCE_S)
        shown = self.chat.messages()
        lately = self.words[: len(self.questions)][-LOOKED_BACK:]
        self.doubled.update(each for each in lately if shown.count(each) > 1)


def at_last_words(talk: Talk, turns: int = LAST_WORD_TURNS) -> None:
    """Every message but the first is sent when the last word of the reply before it appears.

    By turns: typed ahead and sent by the page, before the reply has ended; and by the keyboard a few milliseconds
    later, after a reply that came in one piece.
    """
    words = [f"last{turn}word" for turn in range(turns)]
    holds = {word: threading.Event() for word in words[:-1:2]}
    for word in words:
        talk.script(word, *_ending_with(word, holds.get(word)))
    talk.send()
    for word in words[:-1]:
        talk.arrived()
        if word in holds:
            talk.send_when_seen(word, holds[word])
        else:
            talk.see(word)
            talk.send()
    talk.arrived()
    talk.see(words[-1])
    talk.chat.settle()


def while_running(talk: Talk, turns: int = RUNNING_TURNS) -> None:
    """So many messages are sent while the reply to the one before runs; the last of all is answered whole.

    By turns: before a word came, in the very callback that sees the first, a moment later, and twenty words later.
    """
    holds = {f"run{turn}word": threading.Event() for turn in range(turns)}
    for word, ready in holds.items():
        talk.cut.add(len(talk.words))
        talk.script(word, hold_until(ready), text(f"{word} "), trickle("and ", 0.02))
    talk.script("runlastword", *_ending_with("runlastword", None))
    talk.send()
    for turn, (word, ready) in enumerate(holds.items()):
        talk.arrived()
        _interrupt(talk, turn % 4, word, ready)
    talk.arrived()
    talk.see("runlastword")
    talk.chat.settle()


def _interrupt(talk: Talk, way: int, word: str, ready: threading.Event) -> None:
    if way == 1:
        talk.send_when_seen(word, ready)
        return
    if way > 1:
        ready.set()
        talk.see(word, word if way == 2 else f"{word} {'and ' * 20}".strip())
    talk.send()


def _ending_with(word: str, hold: threading.Event | None) -> tuple[Step, ...]:
    """A whole reply in one go, or one that holds its last word back until it is time."""
    begin = (text("Some words, and then "), hold_until(hold)) if hold else (text("At once: "),)
    return (*begin, text(word), finish(), usage(8, 4), done())


@contextmanager
def conversation() -> Iterator[tuple[Talk, Callable[[], Verdict]]]:
    """An app, a page and an upstream of their own; the second says what has become of all messages so far."""
    with (
        tempfile.TemporaryDirectory(prefix="parley-soak-") as folder,
        Upstream() as upstream,
        servers.App(servers.parley(Path(folder), upstream.base_url)) as app,
        page.browser() as launched,
        page.context(launched) as visitor,
    ):
        chat = ChatPage(visitor, app.url)
        chat.open()
        talk = Talk(chat, upstream)
        yield talk, lambda: _verdict(talk, servers.data_dir(Path(folder)))


def _verdict(talk: Talk, data_dir: Path) -> Verdict:
    conversation_id = parse_qs(urlsplit(talk.chat.tab.url).query).get("c", [""])[0]
    store = Store.open(data_dir)
    try:
        return judge(
            store,
            conversation_id,
            questions=talk.questions,
            words=talk.words,
            cut=talk.cut,
            doubled=talk.doubled,
            requests=talk.upstream.chats,
            shown=talk.chat.messages(),
        )
    finally:
        store.close()


def main(say: Callable[[str], None], turns: int, interrupted: int) -> int:
    """Both kinds in one conversation; the exit status is 1 when anything was lost, doubled or hung."""
    with conversation() as (talk, verdict):
        hang = ""
        try:
            at_last_words(talk, turns)
            while_running(talk, interrupted)
        except (NeverSeen, AssertionError) as stuck:
            hang = f"after {len(talk.questions)} messages: {stuck.args[0]}"
        found = verdict()
    for claim in found.claims(hang):
        say(str(claim))
    return int(bool(hang) or not found.is_clean)
