"""Nothing is lost: over five hundred mixed calls the ledger holds exactly those that the endpoint saw."""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import pytest

from parley.catalog.model import Model
from parley.conversation import LOCAL_OWNER as OWNER
from parley.conversation import Kind, LedgerEntry, MessageState
from parley.endpoint import ApiKey, Endpoint
from parley.engine import Engine
from parley.probe.prober import begin as begin_probe
from parley.probe.run import Order
from parley.probe.steps import Step
from parley.reply import Reply
from parley.spending import reached_a_model
from parley.spending_words import calls_words
from parley.store import Store
from parley.usage import State
from parley.wanted_calls import Dimension, Wanted
from tests.conftest import SHORT
from tests.parley.mixed_calls import LOTS, Answers, Said, hang, last_words, talk
from tests.parley.talk import priced, say
from tests.upstream import Upstream

LIMITS = replace(SHORT, silence_s=2.5, whole_reply_s=20.0, retry_default_s=0.01)
PROBED = tuple(Model(f"probed-{n}", priced().facts) for n in range(15))
STEPS = (Step.TOOLS, Step.CACHE)
CALLS_A_PROBE = 4
NOBODY_THERE = 5
HANGING = 4
FETCHES = 3


@dataclass(frozen=True)
class Run:
    """What was said, what the endpoint saw, and what the ledger holds."""

    store: Store
    seen: Counter[str]
    """By what was asked, all chat calls that the upstream received."""
    fetched: int
    """Whatever else it received."""
    said: list[Said]
    unreached: list[Reply]
    """Sent to an address at which nobody listens."""
    unsent: list[Reply]
    """Without the key that they need."""
    hanging: list[Reply]
    """Still on the wire while the ledger is looked at."""
    ledger: list[LedgerEntry]

    @property
    def on_the_wire(self) -> list[LedgerEntry]:
        apart = {reply.id for reply in self.unreached}
        return [entry for entry in self.ledger if entry.request.reply_id not in apart]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """One run for all that is asked of it."""
    with Upstream() as upstream:
        store = Store.open(Path(tmp_path_factory.mktemp("mixed")))
        engine = Engine(store, limits=LIMITS)
        try:
            yield _ran(store, engine, upstream)
        finally:
            engine.close()
            store.close()


def _ran(store: Store, engine: Engine, upstream: Upstream) -> Run:
    answers = Answers()
    upstream.always(answers.play)
    endpoint = Endpoint("Mixed", upstream.base_url, ApiKey("sk-test"))
    probe = begin_probe(engine, Order(OWNER, Endpoint("Probed", upstream.base_url), PROBED, STEPS))
    said = talk(engine, endpoint, answers)
    assert probe.wait(60)
    nobody = Endpoint("Nobody", f"http://127.0.0.1:{_closed_port()}/v1")
    unreached = [say(engine, nobody, model=priced()) for _ in range(NOBODY_THERE)]
    keyless = replace(endpoint, name="Keyless", key=None, needs_key=True)
    unsent = [say(engine, keyless)]
    hanging = hang(engine, endpoint, answers, HANGING)
    for _ in range(FETCHES):
        engine.call(engine.gateway.list_models(endpoint), 10)
    seen = Counter(last_words(received) for received in upstream.chats)
    fetched = len(upstream.requests) - seen.total()
    return Run(store, seen, fetched, said, unreached, unsent, hanging, store.ledger(OWNER))


def _closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def test_every_call_that_the_endpoint_saw_is_a_row_and_every_row_a_call(run: Run) -> None:
    said = {one.reply.id: one.words for one in run.said}
    rows = Counter(
        entry.request.model
        if entry.request.kind is Kind.PROBE
        else said.get(entry.request.reply_id, "hanging")
        for entry in run.on_the_wire
    )

    seen: Counter[str] = Counter()
    for words, number in run.seen.items():
        seen[words if words in rows else "hanging"] += number
    assert rows == seen
    assert len(run.on_the_wire) == run.seen.total() >= 500


@pytest.mark.parametrize("lot", LOTS)
def test_each_way_to_end_is_kept_with_every_attempt(run: Run, lot: str) -> None:
    expected = LOTS[lot]
    alike = [one for one in run.said if one.words.split()[0] == lot]
    ids = {one.reply.id for one in alike}

    rows = [entry for entry in run.ledger if entry.request.reply_id in ids]

    assert {one.ended for one in alike} == {expected.ends}
    assert len(alike) == expected.number
    assert len(rows) == expected.calls * expected.number
    assert all(entry.outcome is not None for entry in rows)


def test_a_call_under_way_is_shown_without_an_outcome_and_nothing_else_is(run: Run) -> None:
    open_ones = [entry for entry in run.ledger if entry.outcome is None]

    assert {entry.request.reply_id for entry in open_ones} == {reply.id for reply in run.hanging}
    assert run.store.spent(OWNER).unfinished == HANGING


def test_a_refused_connection_is_a_row_of_its_own_that_used_nothing(run: Run) -> None:
    nobody = run.store.spent(OWNER, Wanted(endpoints=("Nobody",)))

    assert (nobody.calls, nobody.unused, nobody.amount) == (NOBODY_THERE, NOBODY_THERE, None)
    assert all(
        reply.message.notice and reply.message.notice.kind == "CannotConnect"
        for reply in run.unreached
    )


def test_what_was_never_sent_is_no_call(run: Run) -> None:
    assert [reply.message.state for reply in run.unsent] == [MessageState.FAILED]
    assert run.store.spent(OWNER, Wanted(endpoints=("Keyless",))).calls == 0


def test_the_calls_that_the_app_made_are_those_that_were_sent_of_each_kind(run: Run) -> None:
    by_kind = {group.key: group.spent.calls for group in run.store.spent_by(OWNER, Dimension.KIND)}

    sent = run.seen.total() + NOBODY_THERE
    assert sum(by_kind.values()) == sent
    assert run.fetched == FETCHES
    said = calls_words(sum(by_kind.values()), run.store.spent(OWNER).calls, by_kind)
    assert said.startswith(f"Calls this app made: {sent:,}, all shown: ")
    assert by_kind[Kind.PROBE] == CALLS_A_PROBE * len(PROBED)
    assert by_kind[Kind.COMPARISON] > 0


def test_the_sums_are_those_of_the_rows(run: Run) -> None:
    ended = [entry.outcome for entry in run.ledger if entry.outcome is not None]
    costs = [outcome.cost for outcome in ended]
    amounts = [cost.amount for cost in costs if cost.amount is not None]
    states = Counter(cost.state for cost in costs if cost.amount is not None)
    unpriced = [outcome for outcome in ended if outcome.cost.amount is None]

    spent = run.store.spent(OWNER)

    assert spent.calls == len(run.ledger)
    assert spent.amount == sum(amounts, Decimal(0)) > 0
    assert spent.priced == states[State.REPORTED]
    assert (spent.estimated, spent.partial) == (states[State.ESTIMATED], states[State.PARTIAL])
    assert spent.unpriced == sum(reached_a_model(outcome) for outcome in unpriced)
    assert spent.unused == len(unpriced) - spent.unpriced
    inputs = [outcome.usage.input_tokens.value or 0 for outcome in ended]
    outputs = [outcome.usage.output_tokens.value or 0 for outcome in ended]
    assert (spent.input.tokens, spent.output.tokens) == (sum(inputs), sum(outputs))


@pytest.mark.parametrize("dimension", Dimension)
def test_each_way_to_tell_spending_apart_adds_up_to_all_of_it(
    run: Run, dimension: Dimension
) -> None:
    groups = [group.spent for group in run.store.spent_by(OWNER, dimension)]

    spent = run.store.spent(OWNER)
    assert sum(group.calls for group in groups) == spent.calls
    assert sum((group.amount or Decimal(0) for group in groups), Decimal(0)) == spent.amount


def test_the_pages_of_the_rows_hold_each_call_once(run: Run) -> None:
    page = run.store.calls_page(OWNER)
    pages = [page]
    while page.next is not None:
        page = run.store.calls_page(OWNER, after=page.next)
        pages.append(page)

    shown = [entry for each in pages for entry in each.calls]
    assert sorted(entry.request.attempt_id for entry in shown) == sorted(
        entry.request.attempt_id for entry in run.ledger
    )
    assert {each.total for each in pages} == {len(run.ledger)}
    times = [entry.request.sent_at for entry in shown]
    assert times == sorted(times, reverse=True)
