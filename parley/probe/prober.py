"""Does what a probe was asked to do: model after model, step after step, on the engine's loop.

Every call goes the way of a chat reply (slots, retries, ledger), but belongs to no conversation. One at a time, so
that no model's speed suffers from another's.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from datetime import UTC, datetime
from functools import partial
from weakref import WeakKeyDictionary

from parley.attempt import Turn
from parley.catalog.model import Model
from parley.conversation import Kind, Message, MessageState, Role, new_id
from parley.engine import Engine
from parley.errors import ParleyError, StoreError
from parley.gateway import ChatCall
from parley.probe import judging
from parley.probe.judging import Hearing, Said
from parley.probe.result import ADDRESS, Check, ProbeResult
from parley.probe.run import Order, ProbeRun
from parley.probe.steps import Step, exchange
from parley.reply_format import check_reply
from parley.writing import ReplyWriter

LOG = logging.getLogger(__name__)

_HOPELESS = frozenset(
    {
        "CredentialMissing",
        "CredentialRejected",
        "CannotConnect",
        "UntrustedServer",
        "LocalModelError",
        "StoreError",
    }
)
"""What holds for every other model of the endpoint as well."""


class Prober:
    """Makes one probe. `work` never raises; what it meets ends up in the run."""

    def __init__(self, engine: Engine, order: Order) -> None:
        self.run = ProbeRun(order, self._stop_soon)
        self._order = order
        self._engine = engine
        self._limit_name: str | None = None

    async def work(self) -> None:
        """Probe every model."""
        try:
            for model in self._order.models:
                if not (self.run.was_stopped or self.run.notice):
                    await self._probe(model)
        except Exception:  # whatever it is, the probe must end, or its page waits for ever
            LOG.error("a probe failed in our own code", exc_info=True)
            self.run.notice = ParleyError().notice
        finally:
            self.run.end()

    def _stop_soon(self) -> None:
        self._engine.call_soon(self._stop)

    def _stop(self) -> None:
        self.run.was_stopped = not self.run.ended or self.run.was_stopped
        if self.run.reply is not None:
            self.run.reply.stop()

    # One model

    async def _probe(self, model: Model) -> None:
        self.run.current, taken_at = model.id, datetime.now(UTC)
        self._limit_name = None
        said = await self._say(model, Step.REPLY)
        if said.wants_another_limit and not self.run.was_stopped:
            self._limit_name = said.wants_another_limit
            said = await self._say(model, Step.REPLY)
        result = judging.first_look(said)
        if self.run.was_stopped and not result.reached:
            return
        self.run.add(model.id, taken_at, result)
        for step in self._order.steps if said.is_answer else ():
            check = None if self.run.was_stopped else await self._check(model, step)
            if check is not None:
                result = result.with_check(step, check)
                self.run.add(model.id, taken_at, result)
        if said.notice is not None and said.notice.kind in _HOPELESS:
            self.run.notice = said.notice
        await self._keep(model, taken_at, result)

    async def _check(self, model: Model, step: Step) -> Check | None:
        """What came of a step; `None` when it was stopped."""
        said = await self._say(model, step)
        if step is Step.CACHE and said.is_answer and not self.run.was_stopped:
            said = await self._say(model, step)
        if said.message.state is MessageState.STOPPED:
            return None
        if step is Step.SCHEMA:
            # In a thread: the schema is checked in another process, which is waited for.
            fits = await asyncio.to_thread(check_reply, exchange(step).more, said.message.text)
            return judging.schema_check(said, fits)
        if step is Step.VISION:
            return judging.vision_check(said, self._order.colour)
        return judging.tools_check(said) if step is Step.TOOLS else judging.cache_check(said)

    async def _say(self, model: Model, step: Step) -> Said:
        self.run.step, heard = step, Hearing()
        sent = exchange(step, self._order.colour)
        call = sent.call(self._order.endpoint, model.id, self._limit_name)
        turn = _turn(self._order, model, call, len(sent.prompt), heard)
        writer = ReplyWriter(self._engine, turn, recorded=False)
        self.run.reply = reply = writer.reply
        await writer.run()
        self.run.unsaved = reply.unsaved or self.run.unsaved
        assert reply.outcome is not None
        return Said(reply.message, reply.outcome, heard)

    async def _keep(self, model: Model, taken_at: datetime, result: ProbeResult) -> None:
        order = self._order
        save = partial(self._engine.store.save_probe, order.owner, order.endpoint.name, model.id)
        kept = {**result.to_dict(), ADDRESS: order.endpoint.base_url}
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self._engine.storing, save, taken_at, kept)
        except StoreError as error:
            self.run.unsaved = error.notice


def _turn(order: Order, model: Model, call: ChatCall, chars: int, heard: Hearing) -> Turn:
    reply = Message(
        id=new_id(),
        conversation_id="",
        parent_id=None,
        role=Role.ASSISTANT,
        text="",
        state=MessageState.STREAMING,
        model=model.id,
        endpoint=order.endpoint.name,
    )
    return Turn(
        owner=order.owner,
        user=None,
        reply=reply,
        endpoint=order.endpoint,
        call=call,
        composition={"system": 0, "history": 0, "attachments": 0, "new": chars},
        price=model.price,
        price_of=order.price_of,
        context_window=model.context_window,
        kind=Kind.PROBE,
        hears=heard,
    )


# ---------------------------------------------------------------- the probes of an app

_runs: WeakKeyDictionary[Engine, dict[tuple[str, str], ProbeRun]] = WeakKeyDictionary()
_guard = threading.Lock()


def begin(engine: Engine, order: Order) -> ProbeRun:
    """Start a probe, or return the one that runs at this endpoint already: two would spoil each other's times."""
    where = order.owner, order.endpoint.name
    with _guard:
        runs = _runs.setdefault(engine, {})
        running = runs.get(where)
        if running is not None and not running.ended:
            return running
        prober = Prober(engine, order)
        runs[where] = prober.run
        engine.run_apart(prober.work(), prober.run.stop)
        return prober.run


def latest(engine: Engine, owner: str, endpoint_name: str) -> ProbeRun | None:
    """The probe that runs at an endpoint or ran there last, since the app was started."""
    with _guard:
        return _runs.get(engine, {}).get((owner, endpoint_name))
