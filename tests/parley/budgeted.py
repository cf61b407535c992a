"""Sends under budgets, and says what of it reached the endpoint."""

from __future__ import annotations

from decimal import Decimal

from parley.budget import Budget, Period
from parley.catalog.model import Model
from parley.chat_settings import ChatSettings
from parley.conversation import LOCAL_OWNER as OWNER
from parley.endpoint import Endpoint
from parley.engine import Engine
from parley.reply import Reply
from parley.turns import Target, next_turn
from tests.parley.talk import priced
from tests.upstream import Upstream


def of(period: Period, dollars: str, *, hard: bool = True) -> Budget:
    return Budget(period, Decimal(dollars), hard)


def begin(
    engine: Engine,
    endpoint: Endpoint,
    model: Model | None = None,
    *,
    settings: ChatSettings | None = None,
    despite_budget: bool = False,
    text_: str = "Hello",
) -> Reply:
    target = Target(
        endpoint, model or priced(), settings or ChatSettings(), despite_budget=despite_budget
    )
    return engine.begin(next_turn(OWNER, None, [], text_, target))


def ended(reply: Reply) -> Reply:
    assert reply.wait_until_ended(15)
    return reply


def sent_limit(upstream: Upstream) -> object:
    return upstream.chats[-1].body.get("max_tokens")
