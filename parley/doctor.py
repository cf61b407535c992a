"""Tests a connection: says in a sentence whether an endpoint answers, and what to change when it does not.

Asks for nothing but model lists, and never outside the endpoint's own origin: its key goes nowhere else.
"""

from __future__ import annotations

import asyncio
import ipaddress
import math
from dataclasses import dataclass, replace

import httpx2

from parley.catalog.parsing import parse_models
from parley.endpoint import Endpoint, Service
from parley.engine import Engine
from parley.errors import (
    CannotConnect,
    ConnectionLost,
    CredentialMissing,
    CredentialRejected,
    MalformedReply,
    NotAllowed,
    ParameterRejected,
    ParleyError,
    ReplyTooLarge,
    TimedOut,
    TooManyRequests,
    UntrustedServer,
    UpstreamUnavailable,
    WrongBaseUrl,
)

WAIT_EXTRA_S = 5.0
"""On top of the list's own limit, so that it is the gateway that says what went wrong."""

LIKELY_PATHS = ("/v1", "/api/v1", "/openai/v1", "/api", "")
"""Where servers keep their API, the commonest first."""

IN_A_TEST: dict[type[ParleyError], tuple[str, str]] = {
    TimedOut: (TimedOut.title, "Check that the server is up, then test again."),
    ConnectionLost: ("The connection was lost before the list was complete.", "Test again."),
    ReplyTooLarge: (
        "The list of models was larger than Parley accepts.",
        "Check the base URL above: it may be another kind of server.",
    ),
    ParameterRejected: (
        "The endpoint rejected the question for its models.",
        "Check the base URL above: it may be another kind of server.",
    ),
}
"""What the sentences that speak of a message and its reply become when only a list was asked for."""

WANDB_KEY_PAGE = "forge.coreweave.com/settings"


@dataclass(frozen=True)
class Diagnosis:
    """What a test of a connection found."""

    works: bool
    sentence: str
    """What is the case."""
    advice: str = ""
    """What to change; empty when there is nothing."""
    suggestion: str = ""
    """A base URL on the same origin that answers in place of the one given."""
    models: int | None = None
    """How many models are listed; `None` = there was no list."""
    detail: str = ""
    """The endpoint's own words; untrusted, plain text."""


def examine(engine: Engine, endpoint: Endpoint) -> Diagnosis:
    """Ask the endpoint for its models; when its address is wrong, try the likely ones beside it."""
    try:
        connected = endpoint if endpoint.base_url else engine.connect(endpoint)
    except ParleyError as error:
        return _as_told(error)
    found = _ask(engine, [connected])[0]
    if isinstance(found, int):
        return _works(endpoint, found)
    if isinstance(found, WrongBaseUrl | MalformedReply):
        return _look_around(engine, connected, found)
    return _fault(connected, found)


def variants(base_url: str) -> list[str]:
    """Other base URLs on the same origin that a server may answer at, the likeliest first."""
    url = httpx2.URL(base_url)
    path = url.path.rstrip("/")
    nearest = path.removesuffix("/v1") if path.endswith("/v1") else f"{path}/v1"
    paths = [nearest, *LIKELY_PATHS]
    urls = [str(url.copy_with(path=path or "/")).rstrip("/") for path in paths]
    return [found for found in dict.fromkeys(urls) if found != base_url]


def _look_around(engine: Engine, endpoint: Endpoint, fault: ParleyError) -> Diagnosis:
    beside = [replace(endpoint, base_url=url) for url in variants(endpoint.base_url)]
    answers = list(zip(beside, _ask(engine, beside), strict=True))
    for other, answer in answers:
        if isinstance(answer, int):
            return Diagnosis(
                False,
                f"Nothing answers at this address, but another one here lists {_models(answer)}.",
                "Use this base URL instead:",
                suggestion=other.base_url,
            )
    for other, answer in answers:
        if isinstance(answer, CredentialMissing | CredentialRejected | NotAllowed):
            return Diagnosis(
                False,
                "Nothing answers at this address; another one here does, but wants another key.",
                "Use this base URL instead, then check the key:",
                suggestion=other.base_url,
                detail=answer.detail,
            )
    return Diagnosis(False, WrongBaseUrl.title, where_instead(endpoint), detail=fault.detail)


def _ask(engine: Engine, endpoints: list[Endpoint]) -> list[int | ParleyError]:
    """How many models each lists, or why it does not; all are asked at once."""

    async def one(endpoint: Endpoint) -> int | ParleyError:
        try:
            async with asyncio.timeout(engine.limits.model_list_s):
                payload = await engine.gateway.list_models(endpoint)
            return len(parse_models(payload, host=httpx2.URL(endpoint.base_url).host).models)
        except ParleyError as error:
            return error
        except TimeoutError:
            return TimedOut()

    async def every() -> list[int | ParleyError]:
        return await asyncio.gather(*(one(endpoint) for endpoint in endpoints))

    return engine.call(every(), engine.limits.model_list_s + WAIT_EXTRA_S)


def _works(endpoint: Endpoint, count: int) -> Diagnosis:
    if not count:
        return Diagnosis(
            True,
            "The endpoint answers, but lists no model.",
            "Load a model in the server, or type a model id in Chat.",
            models=0,
        )
    advice = ""
    if endpoint.service is Service.OPENROUTER:
        advice = "OpenRouter shows its list to anyone, so only a message will prove the key."
    return Diagnosis(True, f"It works: {_models(count)} listed.", advice, models=count)


def _fault(endpoint: Endpoint, error: ParleyError) -> Diagnosis:
    """The sentences of the error, or better ones: nothing was sent, and the key's field is on the same page."""
    if isinstance(error, CredentialMissing):
        return Diagnosis(False, CredentialMissing.title, key_advice(endpoint), detail=error.detail)
    if isinstance(error, CredentialRejected):
        return Diagnosis(False, error.title, _rejected_advice(endpoint), detail=error.detail)
    if isinstance(error, TooManyRequests | UpstreamUnavailable):
        return Diagnosis(False, error.title, _later_advice(error), detail=error.detail)
    if isinstance(error, CannotConnect | UntrustedServer):
        return Diagnosis(False, error.title, _reach_advice(endpoint, error))
    sentence, advice = IN_A_TEST.get(type(error), (error.title, error.advice))
    return Diagnosis(False, sentence, advice, detail=error.detail)


def _as_told(error: ParleyError) -> Diagnosis:
    return Diagnosis(False, error.title, error.advice, detail=error.detail)


def key_advice(endpoint: Endpoint) -> str:
    """Where the key of an endpoint comes from."""
    if endpoint.service is Service.WANDB:
        return f"Create a key at {WANDB_KEY_PAGE} and save it here."
    return "Create a key on the service's own page and save it here."


def _rejected_advice(endpoint: Endpoint) -> str:
    if endpoint.service is Service.WANDB:
        return _wandb_advice(endpoint)
    if endpoint.project:
        return "Check the key above, then the project: a wrong project may give the same answer."
    return "Check the key above."


def _later_advice(error: TooManyRequests | UpstreamUnavailable) -> str:
    if error.retry_after_s is None:
        return "Wait a moment, then test again."
    seconds = math.ceil(error.retry_after_s)
    return f"Wait {seconds:,} second{'' if seconds == 1 else 's'}, then test again."


def _wandb_advice(endpoint: Endpoint) -> str:
    if endpoint.project:
        return (
            "W&B answers the same for a wrong key and for a wrong team or project: check the key at "
            f"{WANDB_KEY_PAGE}, then team/project."
        )
    return f"Check the key at {WANDB_KEY_PAGE}: it may be incomplete, expired or revoked."


def _reach_advice(endpoint: Endpoint, error: ParleyError) -> str:
    if endpoint.runs_here and isinstance(error, CannotConnect):
        return f"Start {endpoint.name} on this machine, then test again."
    url = httpx2.URL(endpoint.base_url)
    if url.scheme == "https" and _is_private(url.host):
        return (
            "A server in your own network often has no certificate: try the address with http://."
        )
    if isinstance(error, CannotConnect):
        return "Check the base URL above and that the server runs, or this machine is offline."
    return error.advice


def where_instead(endpoint: Endpoint) -> str:
    """What to change when nothing on the endpoint's server answers like an API."""
    url = httpx2.URL(endpoint.base_url)
    if url.host == "wandb.ai" or url.host.endswith(".wandb.ai"):
        return "W&B Inference answers at https://api.inference.wandb.ai/v1: choose W&B Inference."
    if url.scheme == "http" and not endpoint.runs_here:
        return "Check the address; if the server has a certificate, begin it with https://."
    return "Check the address: Parley tried the usual paths of this server, and none lists models."


def _is_private(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return False


def _models(count: int) -> str:
    return "1 model" if count == 1 else f"{count:,} models"
