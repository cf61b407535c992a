"""The one background event loop that runs replies; they outlive script runs, pages and tabs.

Pages start, find, watch and stop replies here. Nothing is ever cancelled because a page went away.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import threading
from collections.abc import Callable, Coroutine
from typing import TypeVar
from weakref import WeakValueDictionary

from parley.attempt import Turn
from parley.budget_gate import within_budgets
from parley.endpoint import Endpoint
from parley.errors import StoreError
from parley.gateway import Gateway
from parley.limits import LIMITS, Limits
from parley.reply import Reply
from parley.slots import Slots
from parley.store import Store
from parley.writing import ReplyWriter

T = TypeVar("T")

CLOSING_S = 5.0


class Engine:
    """Runs replies and other calls on its own loop in its own thread."""

    def __init__(
        self,
        store: Store,
        *,
        connect: Callable[[Endpoint], Endpoint] = lambda endpoint: endpoint,
        is_ready: Callable[[Endpoint], bool] = lambda _: True,
        limits: Limits = LIMITS,
    ) -> None:
        """`connect` makes an endpoint usable (it may block and start a server); `is_ready` says
        whether that would be instant."""
        self.limits = limits
        self.store = store
        self.connect = connect
        self.gateway = Gateway(limits)
        self.without_usage: set[str] = set()
        """Origins that reject the question for usage on a stream."""
        self.storing = concurrent.futures.ThreadPoolExecutor(2, "parley-store")
        self.connecting = concurrent.futures.ThreadPoolExecutor(4, "parley-connect")
        self.is_ready = is_ready
        self._slots: dict[str, Slots] = {}
        self._running: dict[str, Reply] = {}
        self._apart: dict[concurrent.futures.Future[None], Callable[[], None]] = {}
        self._turns: WeakValueDictionary[str, threading.Lock] = WeakValueDictionary()
        self._lock = threading.Lock()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="parley", daemon=True)
        self._thread.start()

    def begin(self, turn: Turn) -> Reply:
        """Store the turn and start its reply; returns as soon as both are done.

        Raises:
            StoreError, OverBudget: nothing was stored and nothing was sent.
        """
        endpoint = turn.endpoint
        has_key = endpoint.key is not None or not endpoint.needs_key
        at_once = has_key and self.is_ready(endpoint) and self.slots(endpoint).free
        writer = ReplyWriter(self, turn, recorded=at_once)
        with within_budgets(self.store, turn) as allowed:
            writer.hold_to(allowed)
            self.store.begin_turn(
                turn.owner,
                user=turn.user,
                reply=turn.reply,
                request=writer.attempt.request if at_once else None,
                conversation=turn.new_conversation,
                files=turn.files,
            )
        with self._lock:
            self._running[writer.reply.id] = writer.reply
        asyncio.run_coroutine_threadsafe(writer.run(), self._loop)
        return writer.reply

    def running(self, owner: str, conversation_id: str) -> Reply | None:
        """The reply that is being written in a conversation, or that has ended and could not be stored."""
        with self._lock:
            replies = [
                reply
                for reply in self._running.values()
                if reply.owner == owner and reply.conversation_id == conversation_id
            ]
        return replies[-1] if replies else None

    def running_conversations(self, owner: str) -> set[str]:
        """The conversations in which a reply is being written now."""
        with self._lock:
            return {
                reply.conversation_id
                for reply in self._running.values()
                if reply.owner == owner and not reply.ended
            }

    def turns_of(self, conversation_id: str) -> threading.Lock:
        """Held from settling a conversation to beginning its next turn, or two tabs would lose one of theirs."""
        with self._lock:
            return self._turns.setdefault(conversation_id, threading.Lock())

    def settle(self, owner: str, conversation_id: str, timeout_s: float) -> None:
        """Stop the reply that runs in a conversation, and see that it is stored.

        Raises:
            StoreError: it did not end in time, or cannot be stored even now.
        """
        reply = self.running(owner, conversation_id)
        if reply is None:
            return
        reply.stop()
        if not reply.wait_until_ended(timeout_s):
            raise StoreError("The running reply could not be ended in time, so nothing was sent.")
        if reply.unsaved is not None:
            self.store.finish_reply(owner, reply.message, reply.outcome if reply.recorded else None)
            self.forget(reply)

    def forget(self, reply: Reply) -> None:
        """For the writer: the reply is stored, the store is where to find it now."""
        with self._lock:
            self._running.pop(reply.id, None)

    def slots(self, endpoint: Endpoint) -> Slots:
        """The slots of an endpoint, shared by all who use its address."""
        where = endpoint.origin or endpoint.name
        with self._lock:
            return self._slots.setdefault(where, Slots(self.limits.requests_at_once))

    def call_soon(self, action: Callable[[], object]) -> None:
        """Run something on the loop, from any thread; nothing happens after `close`."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(action)

    def call(self, work: Coroutine[object, object, T], timeout_s: float) -> T:
        """Run a coroutine on the loop and wait for its result in this thread.

        Raises:
            TimeoutError: it took longer; it was cancelled.
        """
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result(timeout_s)
        except TimeoutError:
            future.cancel()
            raise
        except concurrent.futures.CancelledError:
            # The engine was closed meanwhile.
            raise TimeoutError from None

    def run_apart(
        self, work: Coroutine[object, object, None], stop: Callable[[], None]
    ) -> concurrent.futures.Future[None]:
        """Run on the loop what no conversation waits for. `close` calls `stop` and waits for its end."""
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        with self._lock:
            self._apart[future] = stop
        # At its very end, because `stop` may hold on to an endpoint and its key.
        future.add_done_callback(self._ended_apart)
        return future

    def _ended_apart(self, future: concurrent.futures.Future[None]) -> None:
        with self._lock:
            del self._apart[future]

    async def _end_what_runs(self) -> None:
        """Whoever waits for a call in another thread hears of its end before the loop stands still."""
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await self.gateway.close()

    def close(self) -> None:
        """Stop every reply, wait until each is stored, end the loop."""
        with self._lock:
            replies, apart = list(self._running.values()), dict(self._apart)
        for stop in (*apart.values(), *(reply.stop for reply in replies)):
            stop()
        concurrent.futures.wait(apart, CLOSING_S)
        for reply in replies:
            reply.wait_until_ended(CLOSING_S)
        with contextlib.suppress(TimeoutError):
            self.call(self._end_what_runs(), CLOSING_S)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(CLOSING_S)
        self._loop.close()
        self.storing.shutdown(wait=True)
        self.connecting.shutdown(wait=False, cancel_futures=True)
