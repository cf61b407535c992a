"""How one reply is written: connect, wait for a slot, send, listen, retry, and keep whatever comes of it.

The end of a reply (message, usage, cost) is stored before anyone hears that it ended, and cannot be cancelled.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any, Protocol

from parley.attempt import Attempt, Turn
from parley.budget_gate import within_budgets
from parley.conversation import Message, MessageState, leaves_nothing
from parley.endpoint import Endpoint
from parley.errors import (
    ConnectionLost,
    CredentialMissing,
    EndpointError,
    MalformedReply,
    ParameterRejected,
    ParleyError,
    StoreError,
    TimedOut,
    TooManyRequests,
    UpstreamUnavailable,
)
from parley.gateway import ChatCall, Gateway
from parley.limits import Limits
from parley.pricing.wording import write_duration
from parley.reply import Phase, Reply
from parley.slots import Slots
from parley.store import Store

LOG = logging.getLogger(__name__)


class Surroundings(Protocol):
    """What a writer needs of the engine that it runs in."""

    limits: Limits
    store: Store
    gateway: Gateway
    connect: Callable[[Endpoint], Endpoint]
    is_ready: Callable[[Endpoint], bool]
    without_usage: set[str]
    storing: ThreadPoolExecutor
    connecting: ThreadPoolExecutor

    def slots(self, endpoint: Endpoint) -> Slots: ...

    def call_soon(self, action: Callable[[], object]) -> None: ...

    def forget(self, reply: Reply) -> None: ...


class ReplyWriter:
    """Writes one reply. `run` never raises; what it meets ends up in the reply's message."""

    def __init__(self, engine: Surroundings, turn: Turn, *, recorded: bool) -> None:
        """`recorded`: the first request is already in the ledger."""
        self.reply = Reply(turn.reply, turn.owner, self._stop_soon)
        self._engine = engine
        self._asked = turn
        self._recorded = recorded
        self._talk: asyncio.Task[None] | None = None
        self._stopped = False
        self.hold_to(turn)

    def hold_to(self, turn: Turn) -> None:
        """Go on with the turn as budgets let it go out; before anything is sent."""
        self._turn, self.reply.budget = turn, turn.budget
        self._call = self._without_refused_question(turn.call)
        self.attempt = self._new_attempt()

    async def run(self) -> None:
        """Write the reply to its end."""
        self._talk = asyncio.create_task(self._talk_to_endpoint())
        if self._stopped:
            self._talk.cancel()
        checkpoints = asyncio.create_task(self._checkpoint())
        error: ParleyError | None = None
        try:
            await self._talk
            error = self.attempt.emptiness()
            state = MessageState.COMPLETE
        except asyncio.CancelledError:
            state = MessageState.STOPPED
        except ParleyError as raised:
            state, error = MessageState.FAILED, raised
        except Exception:  # whatever it is, the reply must end, or its page hangs for ever
            LOG.error("a reply failed in our own code", exc_info=True)
            state, error = MessageState.FAILED, MalformedReply()
        checkpoints.cancel()
        await self._finish(state, error)

    async def _talk_to_endpoint(self) -> None:
        endpoint = await self._connected()
        slots = self._engine.slots(self._turn.endpoint)
        deadline: float | None = None
        tried = 0
        while True:
            if not slots.free:
                self.reply.enter(Phase.QUEUED)
            try:
                async with slots.one():
                    await self._send(endpoint)
                return slots.relax()
            except EndpointError as error:
                if isinstance(error, TooManyRequests):
                    slots.lower()
                # Waiting for a place does not count: the time runs from the first refusal.
                deadline = deadline or time.monotonic() + self._engine.limits.retry_total_s
                pause_s = self._pause_before_retry(error, tried, deadline)
                if pause_s is None:
                    raise _with_the_wait(error) from None
                await _whole(self._record_failed_attempt(error))
            await self._pause(pause_s)
            tried += 1

    async def _connected(self) -> Endpoint:
        endpoint = self._turn.endpoint
        if endpoint.needs_key and endpoint.key is None:
            raise CredentialMissing
        if endpoint.base_url:
            return endpoint
        if not self._engine.is_ready(endpoint):
            self.reply.enter(Phase.STARTING)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._engine.connecting, self._engine.connect, endpoint)

    async def _send(self, endpoint: Endpoint) -> None:
        if not self._recorded:
            await _whole(self._record_request())
        self.reply.enter(Phase.WAITING)
        self.attempt.sent()
        try:
            await self._engine.gateway.stream_reply(endpoint, self._call, self.attempt)
        except (ConnectionLost, TimedOut):
            # The model had said its last word: how the connection ended after that is no news.
            if self.attempt.reader.finish_reason is None:
                raise
        finally:
            self.attempt.flush()
        self.attempt.check_whole()

    async def _record_request(self) -> None:
        await self._in_store(self._record)
        self._recorded = True

    def _record(self) -> None:
        """Others may have spent since it was asked for, so what is left is looked at again."""
        with within_budgets(self._engine.store, self._asked) as allowed:
            self.hold_to(allowed)
            self._engine.store.add_request(allowed.owner, self.attempt.request)

    # Trying again

    def _pause_before_retry(
        self, error: EndpointError, tried: int, deadline: float
    ) -> float | None:
        """Seconds to wait before the next attempt; `None` = do not try again."""
        limits = self._engine.limits
        if self.attempt.was_accepted:
            return None
        if self._call.wants_usage and _is_about_usage(error):
            self._engine.without_usage.add(self._turn.endpoint.origin)
            self._call = replace(self._call, wants_usage=False)
            return 0.0
        if not _is_busy(error) or tried >= limits.retry_attempts:
            return None
        pause_s = error.retry_after_s
        if pause_s is None:
            pause_s = limits.retry_default_s * 2**tried
        fits = pause_s <= limits.retry_wait_s and time.monotonic() + pause_s <= deadline
        return pause_s if fits else None

    async def _pause(self, pause_s: float) -> None:
        if pause_s > 0:
            self.reply.enter(Phase.RETRYING, retry_at=time.monotonic() + pause_s)
            await asyncio.sleep(pause_s)

    async def _record_failed_attempt(self, error: EndpointError) -> None:
        outcome = self.attempt.outcome(MessageState.FAILED, error)
        # Not worth ending the reply for: the next attempt has a row of its own.
        with contextlib.suppress(StoreError):
            await self._in_store(self._engine.store.add_outcome, self._turn.owner, outcome)
        self.attempt = self._new_attempt()
        self._recorded = False

    # Ending

    async def _finish(self, state: MessageState, error: ParleyError | None) -> None:
        reader = self.attempt.reader
        outcome = self.attempt.outcome(state, error)
        message = replace(
            self._turn.reply,
            text=reader.text,
            reasoning=reader.reasoning,
            state=state,
            model=reader.model or self._turn.call.model,
            notice=error.notice if error is not None else None,
            tool_calls=tuple(reader.tool_calls),
        )
        self.reply.recorded = self._recorded
        kept = outcome if self._recorded else None
        try:
            await self._in_store(self._engine.store.finish_reply, self._turn.owner, message, kept)
            await self._fall_back(message)
        except StoreError as unsaved:
            self.reply.unsaved = unsaved.notice
        except Exception:  # whatever it is, the reply must end, or its page hangs for ever
            LOG.error("a reply could not be stored by a fault of our own", exc_info=True)
            self.reply.unsaved = StoreError().notice
        self.reply.end(message, outcome)
        if self.reply.unsaved is None:
            self._engine.forget(self.reply)

    async def _fall_back(self, message: Message) -> None:
        """A version that came to nothing must not hide the one before, nor keep its question from being sent."""
        if self._turn.beside is not None and leaves_nothing(message):
            where = (self._turn.owner, message.conversation_id, self._turn.beside)
            await self._in_store(self._engine.store.show_path, *where)

    def _stop_soon(self) -> None:
        self._engine.call_soon(self._stop)

    def _stop(self) -> None:
        self._stopped = True
        if self._talk is not None:
            self._talk.cancel()

    # Small things

    def _new_attempt(self) -> Attempt:
        return Attempt(
            self._turn, self._call, self.reply, max_chars=self._engine.limits.reply_chars
        )

    def _without_refused_question(self, call: ChatCall) -> ChatCall:
        refused = self._turn.endpoint.origin in self._engine.without_usage
        return replace(call, wants_usage=call.wants_usage and not refused)

    async def _checkpoint(self) -> None:
        """Keep the partial text every second, so that a crash loses no more than that."""
        seen = 0
        while True:
            await asyncio.sleep(self._engine.limits.checkpoint_s)
            if self.attempt.reader.chars == seen:
                continue
            seen = self.attempt.reader.chars
            text, reasoning = self.reply.written()
            keep = partial(self._engine.store.checkpoint, text=text, reasoning=reasoning)
            # A failed checkpoint is not the end: the whole reply is stored when it is complete.
            with contextlib.suppress(StoreError):
                await self._in_store(keep, self._turn.owner, self.reply.id)

    async def _in_store(self, write: Callable[..., None], *values: Any) -> None:
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._engine.storing, write, *values)


async def _whole(step: Coroutine[Any, Any, None]) -> None:
    """Take a step to its end even when Stop comes in the middle, so that the ledger says what was done."""
    task = asyncio.ensure_future(step)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


def _with_the_wait(error: EndpointError) -> EndpointError:
    """What the endpoint asked for, when it is longer than Parley waits by itself."""
    if _is_busy(error) and error.retry_after_s:
        error.advice = (
            f"The endpoint asks to wait {write_duration(error.retry_after_s)}; then send it again."
        )
    return error


def _is_about_usage(error: EndpointError) -> bool:
    said = f"{error.detail} {error.suggestion}"
    return isinstance(error, ParameterRejected) and (
        "stream_options" in said or "include_usage" in said
    )


def _is_busy(error: EndpointError) -> bool:
    return isinstance(error, TooManyRequests) or (
        isinstance(error, UpstreamUnavailable) and error.http_status == 503
    )
