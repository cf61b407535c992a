"""Hears a reply straight from the gateway and keeps all of it, for the tests below the engine."""

from __future__ import annotations

from dataclasses import dataclass, field

from parley.endpoint import Endpoint
from parley.engine import Engine
from parley.gateway import Accepted, ChatCall

CALL = ChatCall("test-model", ({"role": "user", "content": "Hello"},))


@dataclass
class Heard:
    """What a listener was told, in order."""

    answers: list[Accepted] = field(default_factory=list)
    values: list[object] = field(default_factory=list)
    ends: int = 0

    def accepted(self, answer: Accepted) -> None:
        self.answers.append(answer)

    def value(self, value: object) -> None:
        self.values.append(value)

    def done(self) -> None:
        self.ends += 1


def ask(engine: Engine, endpoint: Endpoint, call: ChatCall = CALL) -> Heard:
    """One chat call; what was heard when it was over."""
    heard = Heard()
    engine.call(engine.gateway.stream_reply(endpoint, call, heard), 10)
    return heard


def models(engine: Engine, endpoint: Endpoint) -> object:
    """The endpoint's list as it came."""
    return engine.call(engine.gateway.list_models(endpoint), 10)
