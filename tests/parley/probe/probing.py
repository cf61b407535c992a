"""Probes models through the real engine, and waits for what comes of it."""

from __future__ import annotations

from typing import Any

from parley.catalog.model import Model
from parley.conversation import LOCAL_OWNER as OWNER
from parley.conversation import LedgerEntry
from parley.endpoint import Endpoint
from parley.engine import Engine
from parley.probe import Order, ProbeResult, ProbeRun, Step, begin
from tests.parley.talk import MODEL
from tests.upstream import Step as Line
from tests.upstream import chunk, done, finish, role, text, tokens, usage

ANSWER: tuple[Line, ...] = (role(), text("one two three"), finish(), usage(20, 3), done())
STEADY: tuple[Line, ...] = (role(), tokens(30, 60), finish(), usage(20, 30, cached=0), done())
"""Long enough for its speed to be measured."""


def order(endpoint: Endpoint, *models: Model, steps: tuple[Step, ...] = ()) -> Order:
    return Order(OWNER, endpoint, models or (MODEL,), steps, colour="red")


def probed(
    engine: Engine, endpoint: Endpoint, *models: Model, steps: tuple[Step, ...] = ()
) -> ProbeRun:
    """A probe that has ended."""
    run = begin(engine, order(endpoint, *models, steps=steps))
    assert run.wait(15), "the probe did not end"
    return run


def result_of(run: ProbeRun, model_id: str = "test-model") -> ProbeResult:
    return run.results[model_id][1]


def rows(engine: Engine) -> list[LedgerEntry]:
    return engine.store.ledger(OWNER)


def said(**delta: Any) -> Line:
    """A chunk with these fields, whatever they are."""
    return chunk({"choices": [{"index": 0, "delta": delta}]})


def calls_tool(name: str) -> tuple[Line, ...]:
    call = {"index": 0, "id": "c1", "function": {"name": name, "arguments": '{"number": 7}'}}
    return (said(tool_calls=[call]), finish("tool_calls"), usage(60, 9), done())
