"""A conversation that was really had: costed elsewhere, projected and carried on, its own figures are those it had."""

from __future__ import annotations

from decimal import Decimal

import pytest

from parley.context import carried
from parley.conversation import LOCAL_OWNER as OWNER
from parley.conversation import LedgerEntry, Message
from parley.conversation_shape import calls_along, shape_of
from parley.endpoint import Endpoint
from parley.engine import Engine
from parley.next_turn_cost import before_sending, draft_of
from parley.projection import Audience, projected
from parley.repricing import repriced
from parley.tokens_per_character import ratios_seen
from parley.usage import State
from tests.parley.calls import model
from tests.parley.talk import priced, say
from tests.steps import done, finish, role, status, text, usage
from tests.upstream import Upstream

QUESTION = "Why is that so? " * 40
ANSWER = "Because it is. " * 20
PAID = Decimal("0.00031525")
"""785 tokens in at $0.20, 400 from the cache at $0.03 and 225 out at $0.65 per million."""


@pytest.fixture
def had(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> tuple[list[Message], list[LedgerEntry]]:
    """Three turns of equal texts, the last of them with a cache hit, and one attempt that was turned away."""
    conversation_id = None
    for tokens, cached in ((160, 0), (395, 0), (630, 400)):
        if cached:
            upstream.script(status(429, headers={"retry-after": "0"}))
        upstream.script(role(), text(ANSWER), finish(), usage(tokens, 75, cached=cached), done())
        reply = say(engine, endpoint, QUESTION, conversation_id, priced())
        conversation_id = reply.conversation_id
    assert conversation_id is not None
    messages = engine.store.messages(OWNER, conversation_id)
    return messages, engine.store.ledger(OWNER, conversation_id=conversation_id)


def test_elsewhere_it_costs_the_same_at_the_same_price(
    had: tuple[list[Message], list[LedgerEntry]],
) -> None:
    _, calls = had

    found = repriced(calls, [priced(), model("other", priced().price)], ratios_seen(calls))

    own, other = found.priced
    assert found.calls == 3
    assert found.paid.amount == PAID
    assert own.total == found.paid
    assert other.total is not None
    assert other.total.amount == PAID
    assert (other.total.estimated, other.ratio) == (3, None)


def test_had_once_by_one_it_costs_a_month_what_it_did_cost(
    had: tuple[list[Message], list[LedgerEntry]],
) -> None:
    _, calls = had
    real = shape_of(calls)
    assert real is not None

    (found,) = projected([priced()], real.shape, Audience(1, Decimal(1), 1))

    assert found.cost == PAID
    assert real.shape.turns == 3


def test_its_next_turn_rests_on_what_it_carries_and_on_its_usual_message(
    had: tuple[list[Message], list[LedgerEntry]],
) -> None:
    messages, calls = had
    by_reply = {one.request.reply_id: [one] for one in calls if one.outcome is not None}
    along = calls_along(messages, by_reply)

    draft = draft_of(messages, along, carried(messages, by_reply), "test-model")
    found = before_sending(draft, priced(), []).here

    assert draft.carried.tokens.value == 630 + 75
    assert draft.input_tokens()[1].value == 705 + 160
    assert draft.answer is not None
    assert draft.answer.usual == 75
    assert found.state is State.ESTIMATED
    cached = round(705 * Decimal(400) / 630)
    rates = (865 - cached) * Decimal("0.2") + cached * Decimal("0.03") + 75 * Decimal("0.65")
    assert found.amount == rates / 10**6
