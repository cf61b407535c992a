"""The HTTP client under the `openai` client: no redirects, no ambient environment, every byte counted.

The key is added here, at the last moment and for the endpoint's own origin only; the SDK above never holds it.
Headers that are not on a short list are dropped, so that nothing of the environment travels along.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx2

from parley import egress
from parley.endpoint import Endpoint
from parley.errors import (
    CannotConnect,
    MalformedReply,
    ReplyTooLarge,
    TimedOut,
    UpstreamUnavailable,
    WrongBaseUrl,
)
from parley.fetch_count import LIST_FETCHES
from parley.limits import Limits

SENT_HEADERS = frozenset(
    {"host", "accept", "content-type", "content-length", "connection", "user-agent"}
)
USER_AGENT = "parley"
IDLE_CONNECTION_S = 120.0
"""The SDK's own default of 5 s would mean a new handshake for nearly every message."""


class GuardedTransport(httpx2.AsyncBaseTransport):
    """One endpoint's view of a shared connection pool."""

    def __init__(self, endpoint: Endpoint, pool: httpx2.AsyncHTTPTransport, limits: Limits) -> None:
        self._endpoint = endpoint
        self._pool = pool
        self._limits = limits

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        egress.check(self._endpoint, request.url)
        if request.method == "GET":
            LIST_FETCHES.add()
        # A copy: the SDK still reads its own markers from the headers of the request it made.
        outgoing = httpx2.Request(
            request.method,
            request.url,
            headers=self._headers(request.headers),
            stream=request.stream,
            extensions=request.extensions,
        )
        response = await self._pool.handle_async_request(outgoing)
        try:
            self._check(response)
        except (WrongBaseUrl, MalformedReply):
            await response.aclose()
            raise
        is_chat = request.method == "POST"
        response.stream = BoundedStream(
            response.stream,
            max_bytes=self._limits.reply_bytes if is_chat else self._limits.model_list_bytes,
            deadline_s=self._limits.whole_reply_s if is_chat else self._limits.model_list_s,
        )
        return response

    def _headers(self, given: httpx2.Headers) -> httpx2.Headers:
        headers = {name: value for name, value in given.items() if name.lower() in SENT_HEADERS}
        headers["user-agent"] = USER_AGENT
        headers["accept-encoding"] = "identity"
        headers.update(self._endpoint.headers)
        if self._endpoint.key is not None:
            headers["authorization"] = f"Bearer {self._endpoint.key.reveal()}"
        if self._endpoint.project:
            headers["openai-project"] = self._endpoint.project
        return httpx2.Headers(headers)

    def _check(self, response: httpx2.Response) -> None:
        if 300 <= response.status_code < 400:
            raise WrongBaseUrl(
                "The address answers with a redirect, which is not followed.",
                detail=_host(response.headers.get("location", "")),
            )
        if response.headers.get("content-encoding", "identity").lower() != "identity":
            raise MalformedReply("The endpoint sent a compressed answer, which was not asked for.")


class BoundedStream(httpx2.AsyncByteStream):
    """A response body that ends with an error at a number of bytes or a moment in time."""

    def __init__(self, stream: object, *, max_bytes: int, deadline_s: float) -> None:
        assert isinstance(stream, httpx2.AsyncByteStream)
        self._stream = stream
        self._max_bytes = max_bytes
        self._deadline = time.monotonic() + deadline_s

    async def __aiter__(self) -> AsyncIterator[bytes]:
        received = 0
        parts = self._stream.__aiter__()
        while True:
            try:
                async with asyncio.timeout(self._deadline - time.monotonic()):
                    part = await anext(parts)
            except StopAsyncIteration:
                return
            except TimeoutError:
                raise TimedOut("The reply took longer than Parley waits for one.") from None
            received += len(part)
            if received > self._max_bytes:
                raise ReplyTooLarge
            yield part

    async def aclose(self) -> None:
        await self._stream.aclose()


def connection_pool() -> httpx2.AsyncHTTPTransport:
    """The pool that all endpoints share; it reads no proxy, netrc or certificate variables."""
    return httpx2.AsyncHTTPTransport(
        trust_env=False,
        limits=httpx2.Limits(
            max_connections=None, max_keepalive_connections=20, keepalive_expiry=IDLE_CONNECTION_S
        ),
    )


def http_client(
    endpoint: Endpoint, pool: httpx2.AsyncHTTPTransport, limits: Limits
) -> httpx2.AsyncClient:
    """The client to hand to `AsyncOpenAI(http_client=…)` for one endpoint."""
    return httpx2.AsyncClient(
        transport=GuardedTransport(endpoint, pool, limits),
        timeout=httpx2.Timeout(limits.silence_s, connect=limits.connect_s),
        follow_redirects=False,
        trust_env=False,
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
    )


async def fetch_public(address: str, limits: Limits) -> bytes:
    """What stands at an address that wants no key; asked once, without one, and never redirected.

    It has the bytes and the time of a model list.

    Raises:
        EndpointError: it could not be reached, or answered with something else than 200 and a whole body.
    """
    host = httpx2.URL(address).host
    pool = connection_pool()
    try:
        async with asyncio.timeout(limits.model_list_s):
            response = await http_client(Endpoint(host, address), pool, limits).get(address)
    except (TimeoutError, httpx2.TimeoutException):
        raise TimedOut(f"{host} stayed silent for too long.") from None
    except httpx2.TransportError:
        raise CannotConnect(f"{host} could not be reached.") from None
    finally:
        await pool.aclose()
    if response.status_code != httpx2.codes.OK:
        raise UpstreamUnavailable(f"{host} answered with status {response.status_code}.")
    return response.content


def _host(location: str) -> str:
    with contextlib.suppress(httpx2.InvalidURL):
        return httpx2.URL(location).host
    return ""
