"""What leaves on the wire and what is let in: a short list of headers, one origin, bounded bytes, bounded time."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from parley import transport
from parley.endpoint import ApiKey, Endpoint
from parley.engine import Engine
from parley.errors import EndpointError, MalformedReply, ReplyTooLarge, TimedOut, WrongBaseUrl
from parley.limits import LIMITS
from parley.store import Store
from tests.conftest import SHORT
from tests.parley.listening import ask, models
from tests.upstream import Upstream, body, raw, redirect, silence, status

PLAIN_HEADERS = {"host", "accept", "accept-encoding", "connection", "user-agent"}
CHAT_HEADERS = PLAIN_HEADERS | {"content-type", "content-length"}


def test_only_a_short_list_of_headers_is_sent(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    models(engine, endpoint)
    ask(engine, endpoint)

    listed, asked = upstream.requests
    assert set(listed.headers) == PLAIN_HEADERS
    assert set(asked.headers) == CHAT_HEADERS
    assert asked.headers["user-agent"] == "parley"
    assert asked.headers["accept-encoding"] == "identity"


def test_an_endpoint_gets_its_key_its_project_and_the_headers_that_it_wants(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    wanting = replace(
        endpoint, key=ApiKey("sk-1"), project="team/project", headers={"X-Title": "Parley"}
    )

    ask(engine, wanting)

    headers = upstream.chats[0].headers
    assert set(headers) == CHAT_HEADERS | {"authorization", "openai-project", "x-title"}
    assert headers["authorization"] == "Bearer sk-1"
    assert headers["openai-project"] == "team/project"
    assert headers["x-title"] == "Parley"


def test_s9_headers_of_the_environment_never_reach_the_wire(
    monkeypatch: pytest.MonkeyPatch, upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    custom = "X-Canary: canary\nAuthorization: Bearer canary\nOpenAI-Project: canary"
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", custom)
    for name in ("OPENAI_API_KEY", "OPENAI_ADMIN_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):
        monkeypatch.setenv(name, "canary")

    ask(engine, endpoint)

    assert set(upstream.chats[0].headers) == CHAT_HEADERS
    assert "canary" not in str(upstream.chats[0])


def test_e8_proxy_netrc_and_certificate_variables_are_ignored(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    upstream: Upstream,
    engine: Engine,
    endpoint: Endpoint,
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login canary password canary\n")
    with Upstream() as proxy:
        for name in ("http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, proxy.origin)
            monkeypatch.setenv(name.upper(), proxy.origin)
        monkeypatch.setenv("NO_PROXY", "")
        monkeypatch.setenv("no_proxy", "")
        monkeypatch.setenv("NETRC", str(netrc))
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))

        ask(engine, endpoint)

        assert proxy.requests == []
    assert "authorization" not in upstream.chats[0].headers


def test_a_cookie_is_not_sent_back(upstream: Upstream, engine: Engine, endpoint: Endpoint) -> None:
    upstream.models_raw = (200, {"Set-Cookie": "id=canary; Path=/"}, b'{"data": []}')
    models(engine, endpoint)

    models(engine, endpoint)
    ask(engine, endpoint)

    assert len(upstream.requests) == 3
    assert all("cookie" not in received.headers for received in upstream.requests)


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_e5_a_redirect_is_not_followed_and_its_target_is_named(
    code: int, upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    with Upstream() as elsewhere:
        upstream.script(redirect(f"{elsewhere.origin}/v1/chat/completions", code))
        upstream.models_steps = (redirect("https://other.example/v1/models", code),)

        with pytest.raises(WrongBaseUrl) as chat:
            ask(engine, endpoint.with_key(ApiKey("sk-1")))
        with pytest.raises(WrongBaseUrl) as listing:
            models(engine, endpoint.with_key(ApiKey("sk-1")))

        assert elsewhere.requests == []
    assert chat.value.title == "The address answers with a redirect, which is not followed."
    assert (chat.value.detail, listing.value.detail) == ("127.0.0.1", "other.example")
    assert len(upstream.requests) == 2


@pytest.mark.parametrize("location", ["", "/elsewhere", "http://h:abc/", "\x7f"])
def test_e5_a_redirect_to_nowhere_is_not_followed_either(
    location: str, upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(status(302, "", {"Location": location}))

    with pytest.raises(WrongBaseUrl) as refused:
        ask(engine, endpoint)

    assert refused.value.detail == ""


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate", "identity, gzip"])
def test_u27_an_answer_in_any_encoding_is_refused_before_it_is_read(
    encoding: str, upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.models_raw = (200, {"Content-Encoding": encoding}, b"\x1f\x8b" + b"\0" * 1000)

    with pytest.raises(MalformedReply) as refused:
        models(engine, endpoint)

    assert "compressed" in refused.value.title


def test_an_answer_that_says_it_is_not_encoded_is_read(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.models_raw = (200, {"Content-Encoding": "Identity"}, b"[]")

    assert models(engine, endpoint) == []


def small(store: Store) -> Engine:
    return Engine(store, limits=replace(SHORT, reply_bytes=5_000, model_list_bytes=1_000))


@pytest.mark.parametrize(("size", "is_read"), [(1_000, True), (1_001, False)])
def test_c5_a_list_is_read_up_to_its_bound(
    size: int, is_read: bool, store: Store, upstream: Upstream, endpoint: Endpoint
) -> None:
    upstream.models_raw = (200, {}, b'"' + b"x" * (size - 2) + b'"')
    engine = small(store)

    if is_read:
        assert models(engine, endpoint) == "x" * (size - 2)
    else:
        with pytest.raises(ReplyTooLarge):
            models(engine, endpoint)

    engine.close()


@pytest.mark.parametrize(
    "answer", [raw(b"data: " + b"x" * 1000, times=20), body(b" " * 6_000), status(500, "x" * 6_000)]
)
def test_u10_u25_a_reply_or_an_error_is_read_up_to_its_bound(
    answer: object, store: Store, upstream: Upstream, endpoint: Endpoint
) -> None:
    upstream.script(answer)  # type: ignore[arg-type]
    engine = small(store)

    with pytest.raises(EndpointError) as refused:
        ask(engine, endpoint)

    assert refused.value.notice.kind == "ReplyTooLarge"
    engine.close()


def test_a_list_that_comes_too_slowly_is_given_up(
    store: Store, upstream: Upstream, endpoint: Endpoint
) -> None:
    engine = Engine(store, limits=replace(SHORT, silence_s=5, model_list_s=0.2))
    upstream.models_steps = (raw(b"["), silence())

    with pytest.raises(TimedOut) as refused:
        models(engine, endpoint)

    assert refused.value.notice.kind == "TimedOut"
    engine.close()


def test_e6_the_client_of_an_endpoint_sends_nothing_to_another_origin(
    upstream: Upstream, endpoint: Endpoint
) -> None:
    async def ask_elsewhere(url: str) -> None:
        pool = transport.connection_pool()
        keyed = endpoint.with_key(ApiKey("sk-1"))
        async with transport.http_client(keyed, pool, LIMITS) as client:
            await client.get(url)

    with Upstream() as elsewhere, pytest.raises(WrongBaseUrl):
        asyncio.run(ask_elsewhere(f"{elsewhere.origin}/v1/models"))

    assert elsewhere.requests == []
