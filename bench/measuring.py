"""The measurements. Each takes one side, does one thing once, and returns its figures by the row they belong to."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from playwright.sync_api import Browser

from bench import page, servers
from bench.page import ChatPage
from bench.replies import LAST_WORD, endless, essay, short
from bench.side import Side
from tests.upstream import Received

THINKING_S = 0.25
"""What the upstream takes to its first word: a fast model. Subtracted, since nobody can be faster."""

TOKENS, TOKENS_PER_S = 2_000, 200.0
STOP_WAIT_S = 5.0
STOPPED_AT = "word20"

_marks = (f"mark{number}end" for number in itertools.count(1))

Figures = dict[str, float]


def start(recipe: servers.Recipe) -> Figures:
    """The process from nothing to its first answer."""
    with servers.App(recipe) as app:
        return {"start": app.start_s}


def cold_load(launched: Browser, side: Side) -> Figures:
    """A visitor without a cache opens the page."""
    with page.context(launched) as stranger:
        chat = ChatPage(stranger, side.app.url)
        traffic = chat.traffic()
        chat.open()
        _, socket_bytes = chat.socket()
        return {
            "load time": chat.when_page_ms("usable"),
            "load requests": traffic.requests,
            "load bytes": (traffic.transferred_bytes + socket_bytes) / 1024,
        }


def first_words(side: Side) -> Figures:
    """The first message of a new page, and then the second."""
    chat = side.page()
    first = first_text(side, chat, THINKING_S)
    chat.settle()
    second = first_text(side, chat, THINKING_S)
    chat.settle()
    chat.close()
    return {
        "first message": first.overhead_ms,
        "second message": second.overhead_ms,
        "second to upstream": second.to_upstream_ms,
        "second to page": second.to_page_ms,
    }


def long_conversation(side: Side, chat: ChatPage) -> Figures:
    """One more turn in a conversation of a hundred messages, and one with an upstream that needs no time."""
    cpu_s, busy_s = side.app.cpu_s(), chat.busy_s()
    usual = first_text(side, chat, THINKING_S)
    chat.settle()
    figures = {
        "hundred": usual.overhead_ms,
        "hundred to upstream": usual.to_upstream_ms,
        "hundred to page": usual.to_page_ms,
        "hundred cpu": side.app.cpu_s() - cpu_s,
        "hundred busy": chat.busy_s() - busy_s,
    }
    figures["hundred instant"] = first_text(side, chat, 0.0).overhead_ms
    chat.settle()
    return figures


def long_reply(side: Side) -> Figures:
    """Two thousand tokens of Markdown, from Enter until nothing moves."""
    chat = side.page()
    cpu_s, busy_s = side.app.cpu_s(), chat.busy_s()
    frames, received_bytes = chat.socket()
    _, appeared, request = side.ask(chat, "Tell me all.", essay(TOKENS, TOKENS_PER_S), LAST_WORD)
    chat.settle()
    frames_after, bytes_after = chat.socket()
    figures = {
        "last word": _ms(appeared - _last_token(request)),
        "reply bytes": (bytes_after - received_bytes) / 1024,
        "reply frames": frames_after - frames,
        "reply busy": chat.busy_s() - busy_s,
        "reply cpu": side.app.cpu_s() - cpu_s,
        "clock error": _ms(chat.clock.error_s),
    }
    chat.close()
    return figures


def stop(side: Side) -> Figures:
    """Stop a reply after some words: does the upstream hear of it, is the text kept, is it sent along?"""
    chat = side.page()
    side.ask(chat, "Go on for long.", endless(50, STOP_WAIT_S + 3), STOPPED_AT)
    request = side.upstream.chats[-1]
    clicked = _click_stop(side, chat)
    heard = request.gone.wait(STOP_WAIT_S)
    chat.settle()
    stays = STOPPED_AT in chat.text()
    mark = next(_marks)
    *_, following = side.ask(chat, "And then?", short(mark, 0.0), mark)
    chat.settle()
    figures = {
        "stop text stays": float(stays and STOPPED_AT in chat.text()),
        "stop sent along": float(_includes(following, STOPPED_AT)),
    }
    if heard and request.disconnected_at is not None:
        figures["stop"] = _ms(request.disconnected_at - clicked)
    chat.close()
    return figures


@dataclass(frozen=True)
class FirstText:
    """One turn, from Enter to the first text on the page; the upstream's own time is not in it."""

    to_upstream_ms: float
    """Enter to the request at the upstream."""
    to_page_ms: float
    """The first token leaving the upstream to its text on the page."""

    @property
    def overhead_ms(self) -> float:
        return self.to_upstream_ms + self.to_page_ms


def first_text(side: Side, chat: ChatPage, thinking_s: float) -> FirstText:
    """One turn of a held conversation, timed."""
    mark = next(_marks)
    entered, appeared, request = side.ask(
        chat, "Tell me more.", short(f"{mark} and more", thinking_s), mark
    )
    return FirstText(_ms(request.at - entered), _ms(appeared - request.token_times[0]))


def _click_stop(side: Side, chat: ChatPage) -> float:
    chat.ask("bench.forget('click')")
    chat.tab.locator(side.stop_button).first.click()
    return chat.when("click")


def _includes(request: Received, words: str) -> bool:
    return any(
        message["role"] == "assistant" and words in message["content"]
        for message in request.body["messages"]
    )


def _last_token(request: Received) -> float:
    assert request.last_token_at is not None
    return request.last_token_at


def _ms(seconds: float) -> float:
    return seconds * 1000
