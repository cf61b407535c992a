"""What five hundred calls meet: the first word of a message says what the upstream does with it, attempt by attempt."""

from __future__ import annotations

import random
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from parley.conversation import LOCAL_OWNER as OWNER
from parley.conversation import Kind, new_id
from parley.endpoint import Endpoint
from parley.engine import Engine
from parley.reply import Phase, Reply
from parley.turns import Target, next_turn
from tests.exchange import Ended, Exchange
from tests.parley.faults import NOT_FOUND
from tests.parley.talk import priced, wait_until
from tests.upstream import (
    Received,
    Step,
    body,
    chunk,
    cut,
    done,
    finish,
    raw,
    redirect,
    reply,
    reset,
    role,
    silence,
    status,
    text,
    trickle,
    usage,
    wait,
)

BUSY = status(429, {"error": {"message": "Slow down"}}, headers={"Retry-After": "0"})
OVERLOADED = status(503, {"error": {"message": "Overloaded"}})
WHOLE = (role(), text("Fine"), finish(), usage(1200, 30, cached=400, reasoning=10), done())


def _hang_up(to: Exchange) -> None:
    """Before the first byte of an answer."""
    to._http.connection.shutdown(socket.SHUT_RDWR)
    raise Ended(drop=True)


@dataclass(frozen=True)
class Lot:
    """What becomes of a message."""

    number: int
    """Of messages like it in the run."""
    attempts: tuple[tuple[Step, ...], ...]
    """One script each; the last is played again for any further one."""
    ends: str
    """State, or class of the error."""
    calls: int = 1


STOPPED = "stopped"
LOTS = {
    "whole": Lot(190, (WHOLE,), "complete"),
    "short": Lot(60, ((reply("Yes"),),), "complete"),
    "uncounted": Lot(20, ((role(), text("No figures"), finish(), done()),), "complete"),
    "other": Lot(10, ((chunk({"model": "else", "choices": []}), *WHOLE),), "complete"),
    "busy": Lot(12, ((BUSY,), WHOLE), "complete", 2),
    "overloaded": Lot(8, ((OVERLOADED,), (BUSY,), WHOLE), "complete", 3),
    "refusing": Lot(4, ((BUSY,),), "TooManyRequests", 4),
    "broken": Lot(10, ((status(500, {"error": {"message": "Oops"}}),),), "UpstreamUnavailable"),
    "keyless": Lot(6, ((status(401, {"error": {"message": "Wrong key"}}),),), "CredentialRejected"),
    "unpaid": Lot(4, ((status(402, {"error": {"message": "No credit"}}),),), "OutOfCredit"),
    "missing": Lot(6, ((status(404, NOT_FOUND),),), "ModelNotFound"),
    "moved": Lot(3, ((redirect("http://169.254.169.254/x"),),), "WrongBaseUrl"),
    "page": Lot(3, ((body(b"<html>", content_type="text/html"),),), "WrongBaseUrl"),
    "hung": Lot(8, ((_hang_up,),), "ConnectionLost"),
    "reset": Lot(8, ((role(), text("The"), wait(0.02), reset()),), "ConnectionLost"),
    "cut": Lot(8, ((role(), text("The"), cut()),), "ConnectionLost"),
    "silent": Lot(6, ((silence(),),), "TimedOut"),
    "stalled": Lot(6, ((role(), text("The"), silence()),), "TimedOut"),
    "malformed": Lot(6, ((role(), text("The"), raw(b"data: {oops\n\n")),), "MalformedReply"),
    "reported": Lot(5, ((role(), chunk({"error": "burnt"})),), "ReportedByEndpoint"),
    "empty": Lot(4, ((role(), finish(), usage(3, 0), done()),), "EmptyReply"),
    "long": Lot(12, ((role(), trickle("x ", 0.01)),), STOPPED),
    "quiet": Lot(6, ((silence(),),), STOPPED),
    "waiting": Lot(4, ((status(429, "", headers={"Retry-After": "20"}),),), STOPPED),
}
FIRST_AID = (role(), text("Fine"), finish(), usage(10, 2), done())
"""What a probe gets."""


class Answers:
    """The upstream's side of a run; `arrived` holds every message that it was sent, as often as it was."""

    def __init__(self) -> None:
        self.arrived: Counter[str] = Counter()
        self._lock = threading.Lock()

    def play(self, to: Exchange) -> None:
        """The one step of the script: what comes depends on what was asked."""
        said = last_words(to.received)
        with self._lock:
            before = self.arrived[said]
            self.arrived[said] += 1
        lot = LOTS.get(said.split()[0])
        scripts = (FIRST_AID,) if lot is None else lot.attempts
        for step in scripts[min(before, len(scripts) - 1)]:
            step(to)


def last_words(received: Received) -> str:
    """The last message of a request; of a probe, the model that it was sent to."""
    model: str = received.body["model"]
    if model.startswith("probed"):
        return model
    # One that was left without any answer goes out again, in front of the next and in one with it.
    return str(received.body["messages"][-1]["content"]).rpartition("\n\n")[2]


def messages() -> list[list[str]]:
    """What is said in each of forty conversations, in an order that is the same for every run."""
    every = [f"{name} {n}" for name, lot in LOTS.items() for n in range(lot.number)]
    random.Random(7).shuffle(every)
    return [every[start::40] for start in range(40)]


@dataclass(frozen=True)
class Said:
    """A message and its reply."""

    words: str
    reply: Reply

    @property
    def ended(self) -> str:
        message = self.reply.message
        return message.notice.kind if message.notice else str(message.state)


def talk(engine: Engine, endpoint: Endpoint, answers: Answers) -> list[Said]:
    """All of it, many conversations at once, each in its order."""

    def hold(words: list[str]) -> list[Said]:
        return list(_one_conversation(engine, endpoint, answers, words))

    with ThreadPoolExecutor(16) as people:
        return [said for each in people.map(hold, messages()) for said in each]


def _one_conversation(
    engine: Engine, endpoint: Endpoint, answers: Answers, every: list[str]
) -> Iterator[Said]:
    conversation_id: str | None = None
    for number, words in enumerate(every):
        kind = Kind.COMPARISON if number % 7 == 6 else Kind.CHAT
        reply = _begin(engine, endpoint, words, conversation_id, kind)
        conversation_id = reply.conversation_id
        if LOTS[words.split()[0]].ends == STOPPED:
            _stop(reply, answers, words)
        assert reply.wait_until_ended(30), f"{words} did not end"
        yield Said(words, reply)


def _begin(
    engine: Engine, endpoint: Endpoint, words: str, conversation_id: str | None, kind: Kind
) -> Reply:
    store = engine.store
    conversation = store.conversation(OWNER, conversation_id) if conversation_id else None
    history = store.messages(OWNER, conversation_id) if conversation_id else []
    target = Target(endpoint, priced(8192))
    turn = next_turn(OWNER, conversation, history[-4:], words, target)
    return engine.begin(replace(turn, kind=kind))


def _stop(reply: Reply, answers: Answers, words: str) -> None:
    """In the middle: when the endpoint has it, or when its next attempt is waited for."""
    wait_until(lambda: answers.arrived[words] > 0, 30)
    if words.startswith("waiting"):
        wait_until(lambda: reply.phase is Phase.RETRYING, 30)
    reply.stop()


def hang(engine: Engine, endpoint: Endpoint, answers: Answers, number: int) -> list[Reply]:
    """So many calls that nothing comes of, as soon as the endpoint has them all."""
    words = [f"quiet {new_id()}" for _ in range(number)]
    replies = [_begin(engine, endpoint, each, None, Kind.CHAT) for each in words]
    wait_until(lambda: all(answers.arrived[each] for each in words), 30)
    return replies
