"""The only importer of `openai`: list models, stream a reply. Every fault leaves as one of our errors.

The SDK builds, sends and classifies the request; what comes back is read raw, because the SDK's own stream ends
silently on a JSON body, on HTML and on a cut, and cannot read a bare array of models.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import socket
import ssl
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import httpx2
import openai

from parley import faults, transport
from parley.chunks import read_whole
from parley.endpoint import Endpoint
from parley.errors import (
    CannotConnect,
    ConnectionLost,
    CredentialMissing,
    EndpointError,
    MalformedReply,
    ParleyError,
    TimedOut,
    UntrustedServer,
    WrongBaseUrl,
)
from parley.limits import LIMITS, Limits
from parley.sse import EventDecoder

LOG = logging.getLogger(__name__)

NOT_THE_KEY = "added-by-the-transport"
"""The SDK insists on a key and would otherwise take one from the environment."""

LIST_ADVICE = "Try again in a moment; a model can be used by its id without the list."

DONE = "[DONE]"
DRAIN_S = 0.2


@dataclass(frozen=True)
class ChatCall:
    """One chat request: the model, the messages as they go out, and what the user set besides."""

    model: str
    messages: tuple[Mapping[str, Any], ...]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    wants_usage: bool = True
    """Ask for usage on the stream; false for servers that reject the question."""

    def body(self) -> dict[str, Any]:
        """Everything but the messages, as it is sent and as the ledger keeps it."""
        options = {"stream_options": {"include_usage": True}} if self.wants_usage else {}
        return {"model": self.model, "stream": True, **options, **self.parameters}


@dataclass(frozen=True)
class Accepted:
    """The endpoint took the request; from here on it may bill."""

    status: int
    request_id: str | None


class ReplyListener(Protocol):
    """Who hears of a reply while it arrives, in this order."""

    def accepted(self, answer: Accepted) -> None: ...

    def value(self, value: object) -> None:
        """One decoded chunk, or the whole completion of a server that does not stream."""
        ...

    def done(self) -> None:
        """The endpoint said itself that the reply is complete."""
        ...


class Gateway:
    """Speaks to endpoints. Lives on one event loop; `close` belongs to the same loop."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._limits = limits
        self._pool = transport.connection_pool()

    async def close(self) -> None:
        await self._pool.aclose()

    async def list_models(self, endpoint: Endpoint) -> object:
        """The endpoint's model list as parsed JSON, whatever its shape.

        Raises:
            EndpointError: one leaf per cause.
        """
        try:
            # Around all of it: headers are otherwise waited for as long as those of a reply.
            async with asyncio.timeout(self._limits.model_list_s):
                with _faults(endpoint):
                    response = await self._client(endpoint).models.with_raw_response.list()
                    return _json(response.content)
        except TimeoutError:
            raise TimedOut(advice=LIST_ADVICE) from None

    async def stream_reply(self, endpoint: Endpoint, call: ChatCall, hears: ReplyListener) -> None:
        """Send one chat request and pass on what arrives until the endpoint is done.

        Raises:
            EndpointError: one leaf per cause; what was passed on before stays good.
        """
        with _faults(endpoint, call.model):
            async with self._client(endpoint).chat.completions.with_streaming_response.create(
                messages=[], **_for_the_sdk(call)
            ) as response:
                hears.accepted(Accepted(response.status_code, response.headers.get("x-request-id")))
                kind = response.headers.get("content-type", "").split(";")[0].strip().lower()
                if kind == "text/event-stream":
                    await _read_events(response.iter_bytes(), hears)
                else:
                    _read_body(await response.read(), hears, endpoint)

    def _client(self, endpoint: Endpoint) -> openai.AsyncOpenAI:
        """Made for each call, which takes a tenth of a millisecond: a forgotten key lives on nowhere."""
        if endpoint.needs_key and endpoint.key is None:
            raise CredentialMissing
        return openai.AsyncOpenAI(
            api_key=NOT_THE_KEY,
            base_url=endpoint.base_url,
            max_retries=0,
            http_client=transport.http_client(endpoint, self._pool, self._limits),
        )


def _for_the_sdk(call: ChatCall) -> dict[str, Any]:
    """The call as the SDK's arguments; what its signature does not have travels in `extra_body`.

    So do the messages: the SDK would walk through each of them for a third of a second per thousand, on the
    loop that all replies share. What goes out is the same.
    """
    body = call.body()
    sdk_knows = ("model", "stream", "stream_options")
    named: dict[str, Any] = {name: body.pop(name) for name in sdk_knows if name in body}
    return {**named, "extra_body": {**body, "messages": list(call.messages)}}


async def _read_events(parts: AsyncIterator[bytes], hears: ReplyListener) -> None:
    decoder = EventDecoder()
    async for part in parts:
        if any(_pass_on(data, hears) for data in decoder.feed(part)):
            await _drain(parts)
            return
    for data in decoder.close():
        _pass_on(data, hears)


async def _drain(parts: AsyncIterator[bytes]) -> None:
    """Read what follows the last event, so that the connection can serve the next message."""
    # The reply is whole already: however its connection ends is no news any more.
    with contextlib.suppress(TimeoutError, httpx2.TransportError, ParleyError):
        async with asyncio.timeout(DRAIN_S):
            async for _ in parts:
                pass


def _pass_on(data: str, hears: ReplyListener) -> bool:
    """Hand one event on; true when it was the last."""
    if data.strip() == DONE:
        hears.done()
        return True
    if data.strip():
        hears.value(_json(data))
    return False


def _read_body(body: bytes, hears: ReplyListener, endpoint: Endpoint) -> None:
    """An answer that is not a stream: a whole completion, or something else altogether."""
    try:
        value = _json(body)
    except MalformedReply:
        raise WrongBaseUrl(detail=_excerpt(body, endpoint)) from None
    if read_whole(value) is None and not _is_error(value):
        raise WrongBaseUrl(detail=_excerpt(body, endpoint))
    hears.value(value)
    hears.done()


def _is_error(value: object) -> bool:
    return isinstance(value, Mapping) and "error" in value


def _excerpt(body: bytes, endpoint: Endpoint) -> str:
    """For an error, which cuts it: half a key could no longer be found, so the key goes before any cut."""
    return faults.redact(body.decode("utf-8", "replace"), endpoint)


def _json(text: bytes | str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise MalformedReply from None


@contextlib.contextmanager
def _faults(endpoint: Endpoint, model: str = "") -> Iterator[None]:
    """Turn everything that the SDK, the HTTP client or a hostile body can raise into one of our errors."""
    try:
        yield
    except ParleyError as error:
        error.detail = faults.redact(error.detail, endpoint)
        raise
    except openai.APIStatusError as error:
        raise _from_status(error, endpoint, model) from None
    except (openai.APIConnectionError, httpx2.TransportError) as error:
        raise _from_connection(error, endpoint) from None
    except (openai.OpenAIError, ValueError, RecursionError) as error:
        LOG.warning("%s while talking to an endpoint", type(error).__name__)
        raise MalformedReply from None


def _from_status(error: openai.APIStatusError, endpoint: Endpoint, model: str) -> EndpointError:
    body: object = error.body
    with contextlib.suppress(ValueError, RecursionError, httpx2.StreamError):
        body = json.loads(error.response.content)
    fault = faults.from_status(
        error.status_code, body, error.response.headers, endpoint=endpoint, model=model
    )
    fault.http_status = error.status_code
    return fault


def _from_connection(error: Exception, endpoint: Endpoint) -> EndpointError:
    causes = list(_chain(error))
    host = httpx2.URL(endpoint.base_url).netloc.decode("ascii", "replace")
    if _any_is(causes, ssl.SSLError):
        return UntrustedServer(detail=host)
    if _any_is(causes, socket.gaierror):
        return CannotConnect(
            f"The host {host} was not found.",
            advice="Check the base URL in Settings; or this machine is offline.",
        )
    if _any_is(causes, httpx2.ConnectTimeout, httpx2.ConnectError):
        return CannotConnect(f"No connection to {host}.")
    if _any_is(causes, openai.APITimeoutError, httpx2.TimeoutException):
        return TimedOut()
    return ConnectionLost()


def _any_is(causes: list[BaseException], *kinds: type[BaseException]) -> bool:
    return any(isinstance(cause, kinds) for cause in causes)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
