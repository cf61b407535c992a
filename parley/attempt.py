"""One attempt at a reply: its request in the ledger, what arrives, and its outcome. Hears the gateway."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from parley import faults
from parley.attachment import AttachedFile
from parley.budget_note import BudgetNote, with_note
from parley.chat_settings import token_limit
from parley.chunks import ReplyReader
from parley.conversation import (
    Conversation,
    Kind,
    Message,
    MessageState,
    Outcome,
    Request,
    new_id,
)
from parley.endpoint import Endpoint
from parley.errors import (
    AllSpentThinking,
    ConnectionLost,
    EmptyReply,
    EndpointError,
    ParleyError,
    ReplyTooLarge,
    WrongBaseUrl,
)
from parley.gateway import Accepted, ChatCall
from parley.outcomes import NOT_USED, Clock, bill, speed_of, usage_of
from parley.pricing.price import Price
from parley.reply import Reply
from parley.usage import Usage

LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Turn:
    """What a person sent, ready to go out."""

    owner: str
    user: Message | None
    """The new message; `None` when an existing one is answered again."""
    reply: Message
    """The message to be written, empty, in state STREAMING."""
    endpoint: Endpoint
    call: ChatCall
    composition: Mapping[str, int]
    """Characters of the request by origin, as `Request.composition`."""
    price: Price | None = None
    price_of: Callable[[str], Price | None] | None = None
    """The price of another model of the endpoint, should one answer; called when the reply has ended."""
    context_window: int | None = None
    longest_output: int | None = None
    """Tokens that the model writes at most, where that is known."""
    new_conversation: Conversation | None = None
    """Set when the turn begins a conversation."""
    files: tuple[AttachedFile, ...] = ()
    """Of the new message, with their content."""
    beside: str | None = None
    """The reply that this one is another version of; shown again when nothing comes."""
    kind: Kind = Kind.CHAT
    hears: Callable[[object], None] | None = None
    """Hears every value as it came off the wire, before it is read."""
    zone: tzinfo = UTC
    """Of the reader, whose days and months budgets are for."""
    despite_budget: bool = False
    """The reader said that this one may exceed a budget."""
    budget: BudgetNote | None = None
    """What a budget did to it; the ledger keeps it."""


class Attempt:
    """One call on the wire, from before it is sent to what became of it."""

    def __init__(self, turn: Turn, call: ChatCall, reply: Reply, *, max_chars: int) -> None:
        self.request = _request(turn, call)
        self.reader = ReplyReader()
        self.was_accepted = False
        self._turn = turn
        self._reply = reply
        self._max_chars = max_chars
        self._clock = Clock()
        self._answer: Accepted | None = None
        self._done = False

    # Hearing what arrives

    def sent(self) -> None:
        """The call goes out now."""
        self._clock.sent = time.monotonic()

    def accepted(self, answer: Accepted) -> None:
        self._answer = answer
        self.was_accepted = True

    def value(self, value: object) -> None:
        if self._turn.hears is not None:
            self._turn.hears(value)
        text, reasoning = self.reader.feed(value)
        if text or reasoning:
            if self.reader.chars > self._max_chars:
                raise ReplyTooLarge
            self._clock.arrived(time.monotonic(), self.reader.chars)
            self._reply.append(text, reasoning)
        if self.reader.error is not None:
            raise self._reported(self.reader.error)

    def _reported(self, message: str) -> EndpointError:
        unproven = "" if self.reader.chars else self.request.model
        code, endpoint = self.reader.error_code, self._turn.endpoint
        return faults.from_event(message, code, endpoint, unproven)

    def done(self) -> None:
        self._done = True

    def flush(self) -> None:
        """Pass on what was held back in case a tag was coming."""
        text, reasoning = self.reader.close()
        if text or reasoning:
            self._reply.append(text, reasoning)

    def check_whole(self) -> None:
        """See whether the stream came to a proper end.

        Raises:
            ConnectionLost: it just stopped.
        """
        if not self._done and self.reader.finish_reason is None:
            raise ConnectionLost

    def emptiness(self) -> ParleyError | None:
        """Why a whole reply has no text, if it has none."""
        if self.reader.text.strip() or self.reader.tool_calls:
            return None
        return AllSpentThinking() if self.reader.finish_reason == "length" else EmptyReply()

    # What became of it

    def outcome(self, state: MessageState, error: ParleyError | None) -> Outcome:
        usage = self._usage(state, error)
        speed, speed_source = speed_of(self.reader, self._clock, usage)
        return Outcome(
            attempt_id=self.request.attempt_id,
            ended_at=datetime.now(UTC),
            state=state,
            usage=usage,
            raw_usage=self.reader.raw_usage,
            cost=bill(
                usage,
                self._turn.price,
                reported_cost=self.reader.reported_cost,
                asked=self.request.model,
                answered=self.reader.model,
                price_of=self._price_of,
            ),
            reported_cost=self.reader.reported_cost,
            finish_reason=self.reader.finish_reason,
            request_id=(self._answer and self._answer.request_id) or self.reader.response_id,
            model_answered=self.reader.model,
            time_to_first_token_s=self._clock.time_to_first_token_s,
            generation_s=self._clock.generation_s,
            tokens_per_second=speed,
            speed_source=speed_source,
            error_kind=type(error).__name__ if error is not None else None,
            http_status=self._status(error),
            timing_track=tuple(self._clock.track),
        )

    def _usage(self, state: MessageState, error: ParleyError | None) -> Usage:
        may_be_billed = state is MessageState.STOPPED and self._clock.sent > 0
        if not self.was_accepted and not may_be_billed:
            return NOT_USED
        if isinstance(error, WrongBaseUrl) or self._only_said_an_error():
            return NOT_USED
        return usage_of(
            self.reader,
            state,
            arrivals=self._clock.arrivals,
            request_chars=sum(self._turn.composition.values()),
            context_window=self._turn.context_window,
            max_tokens=token_limit(self._turn.call.parameters),
        )

    def _price_of(self, answered: str) -> Price | None:
        if self._turn.price_of is None:
            return None
        try:
            return self._turn.price_of(answered)
        except Exception:  # whatever it is, the reply must end, or its page hangs for ever
            LOG.error("the price of the model that answered could not be read", exc_info=True)
            return None

    def _only_said_an_error(self) -> bool:
        """An error instead of a reply: refused or broken, it used nothing that anybody can name."""
        reader = self.reader
        came = reader.chars or reader.tool_calls or reader.usage is not None
        return reader.error is not None and not came

    def _status(self, error: ParleyError | None) -> int | None:
        if self._answer is not None:
            return self._answer.status
        return error.http_status if isinstance(error, EndpointError) else None


def _request(turn: Turn, call: ChatCall) -> Request:
    return Request(
        attempt_id=new_id(),
        reply_id=turn.reply.id,
        conversation_id=turn.reply.conversation_id,
        kind=turn.kind,
        endpoint=turn.endpoint.name,
        base_url=turn.endpoint.base_url,
        model=call.model,
        sent_at=datetime.now(UTC),
        price=turn.price,
        context_window=turn.context_window,
        composition=turn.composition,
        parameters=with_note(call.body(), turn.budget),
    )
