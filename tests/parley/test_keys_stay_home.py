"""What goes out through the real client: a key reaches the origin it was given for, and nobody else."""

from __future__ import annotations

import pytest

from parley.endpoint import ApiKey, Endpoint, Service
from parley.endpoint_book import EndpointBook
from parley.engine import Engine
from parley.errors import CredentialMissing
from parley.gateway import Accepted, ChatCall
from parley.settings import Settings
from parley.store import Store
from tests.upstream import Received, Upstream

OWNER = "ann"

AMBIENT = {
    "OPENAI_API_KEY": "canary-openai",
    "OPENAI_ADMIN_KEY": "canary-admin",
    "OPENAI_ORG_ID": "canary-org",
    "OPENAI_PROJECT_ID": "canary-project",
    "OPENAI_CUSTOM_HEADERS": "X-Canary: canary-custom\nAuthorization: Bearer canary-header",
    "OPENAI_BASE_URL": "https://canary.example/v1",
    "WANDB_API_KEY": "canary-wandb",
}


def found(book: EndpointBook, name: str, owner: str = OWNER) -> Endpoint:
    endpoint = book.named(owner, name)
    assert endpoint is not None
    return endpoint


class Silent:
    """Hears a reply and keeps nothing."""

    def accepted(self, answer: Accepted) -> None: ...
    def value(self, value: object) -> None: ...
    def done(self) -> None: ...


def ask_everything(engine: Engine, upstream: Upstream, endpoint: Endpoint) -> list[Received]:
    """The list and a chat call, as the upstream received them."""
    call = ChatCall("test-model", ({"role": "user", "content": "Hello"},))
    engine.call(engine.gateway.list_models(endpoint), 5)
    engine.call(engine.gateway.stream_reply(endpoint, call, Silent()), 5)
    return upstream.requests


@pytest.mark.parametrize("typed_key", [None, "typed-key"])
def test_s9_a_typed_base_url_receives_nothing_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
    store: Store,
    engine: Engine,
    upstream: Upstream,
    typed_key: str | None,
) -> None:
    with Upstream() as proxy:
        for name, value in AMBIENT.items():
            monkeypatch.setenv(name, value)
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.origin)
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        book = EndpointBook(Settings.from_environ(), store)
        book.add(OWNER, name="Typed", base_url=upstream.base_url, project=None)
        if typed_key:
            book.give_key(OWNER, found(book, "Typed"), ApiKey(typed_key))

        received = ask_everything(engine, upstream, found(book, "Typed"))

        assert [request.path for request in received] == ["/v1/models", "/v1/chat/completions"]
        for request in received:
            assert "canary" not in f"{request.headers}{request.body}{request.path}".lower()
            expected = f"Bearer {typed_key}" if typed_key else None
            assert request.headers.get("authorization") == expected
            assert "openai-project" not in request.headers
            assert "openai-organization" not in request.headers
        assert proxy.requests == []


def test_a_wandb_endpoint_sends_key_and_project_as_the_service_documents(
    engine: Engine, upstream: Upstream
) -> None:
    endpoint = Endpoint(
        "W&B Inference",
        upstream.base_url,
        key=ApiKey("wandb-key"),
        project="team/project",
        service=Service.WANDB,
        needs_key=True,
    )

    received = ask_everything(engine, upstream, endpoint)

    assert len(received) == 2
    for request in received:
        assert request.headers["authorization"] == "Bearer wandb-key"
        assert request.headers["openai-project"] == "team/project"


def test_s9_a_service_that_wants_a_key_is_asked_nothing_without_one(
    engine: Engine, upstream: Upstream
) -> None:
    endpoint = Endpoint("W&B", upstream.base_url, service=Service.WANDB, needs_key=True)

    with pytest.raises(CredentialMissing):
        engine.call(engine.gateway.list_models(endpoint), 5)

    assert upstream.requests == []
