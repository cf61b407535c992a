"""Asks for model lists: at the address given, at the likely ones beside it, with and without the project."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import httpx2

from parley.catalog.parsing import ModelList, parse_models
from parley.doctor.advice import (
    fault,
    project_advice,
    rejected_advice,
    where_instead,
    where_it_leads,
)
from parley.doctor.steps import Course, Diagnosis, StepName
from parley.endpoint import Endpoint
from parley.engine import Engine
from parley.errors import (
    CredentialMissing,
    CredentialRejected,
    MalformedReply,
    NotAllowed,
    ParleyError,
    TimedOut,
    WrongBaseUrl,
)

WAIT_EXTRA_S = 5.0
"""On top of the list's own limit, so that it is the gateway that says what went wrong."""

LIKELY_PATHS = ("/v1", "/api/v1", "/openai/v1", "/api", "")
"""Where servers keep their API, the commonest first."""

Answer = ModelList | ParleyError


def ask(engine: Engine, endpoints: list[Endpoint]) -> list[Answer]:
    """What each lists, or why it does not; all are asked at once."""

    async def one(endpoint: Endpoint) -> Answer:
        try:
            async with asyncio.timeout(engine.limits.model_list_s):
                payload = await engine.gateway.list_models(endpoint)
            return parse_models(payload, host=httpx2.URL(endpoint.base_url).host)
        except ParleyError as error:
            return error
        except TimeoutError:
            return TimedOut()

    async def every() -> list[Answer]:
        return await asyncio.gather(*(one(endpoint) for endpoint in endpoints))

    try:
        return engine.call(every(), engine.limits.model_list_s + WAIT_EXTRA_S)
    except TimeoutError:
        return [TimedOut() for _ in endpoints]


def variants(base_url: str) -> list[str]:
    """Other base URLs on the same origin that a server may answer at, the likeliest first."""
    url = httpx2.URL(base_url)
    path = url.path.rstrip("/")
    nearest = path.removesuffix("/v1") if path.endswith("/v1") else f"{path}/v1"
    paths = [nearest, *LIKELY_PATHS]
    urls = [str(url.copy_with(path=path or "/")).rstrip("/") for path in paths]
    return [found for found in dict.fromkeys(urls) if found != base_url]


def look_around(
    engine: Engine, endpoint: Endpoint, fault: WrongBaseUrl | MalformedReply, course: Course
) -> Diagnosis:
    """Nothing lists models at the address: is there another on the same server that does?"""
    beside = [replace(endpoint, base_url=url) for url in variants(endpoint.base_url)]
    found = _best(list(zip(beside, ask(engine, beside), strict=True)))
    if found is None:
        found = _nothing_here(endpoint, fault)
    # A question for a list got no reply of a chat either: the error's own words would be beside the point.
    is_unlike = fault.title == MalformedReply.title
    seen, fix = WrongBaseUrl.title if is_unlike else fault.title, found.advice
    if found.suggestion:
        seen, fix = found.sentence, f"Use {path_of(found.suggestion)} as the path."
    course.failed(StepName.PATH, f"{path_of(endpoint.base_url)}: {seen}", fix)
    return found


def _best(answers: list[tuple[Endpoint, Answer]]) -> Diagnosis | None:
    for other, answer in answers:
        if isinstance(answer, ModelList):
            return Diagnosis(
                False,
                "Nothing answers at this address, but another one here "
                f"lists {models_words(len(answer.models))}.",
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
    return None


def _nothing_here(endpoint: Endpoint, fault: WrongBaseUrl | MalformedReply) -> Diagnosis:
    if _is_redirect(fault):
        return Diagnosis(False, fault.title, where_it_leads(endpoint, fault.detail))
    return Diagnosis(False, WrongBaseUrl.title, where_instead(endpoint), detail=fault.detail)


def _is_redirect(fault: ParleyError) -> bool:
    """A sentence of its own without the status of an error: that is what the transport says of one."""
    without_status = isinstance(fault, WrongBaseUrl) and fault.http_status is None
    return without_status and fault.title != WrongBaseUrl.title


def whose_fault(
    engine: Engine, endpoint: Endpoint, error: CredentialRejected, course: Course
) -> Diagnosis:
    """A 401 for key and project together: the same key is asked with once more, without the project."""
    found = fault(endpoint, error)
    if not endpoint.project:
        course.failed(StepName.KEY, found.sentence, found.advice)
        return found
    without = ask(engine, [replace(endpoint, project=None)])[0]
    if isinstance(without, ModelList):
        course.ok(StepName.KEY, "Accepted without the project.")
        sentence, advice = "The endpoint rejected the project.", project_advice(endpoint)
        course.failed(StepName.PROJECT, f"{endpoint.project}: rejected.", advice)
        return Diagnosis(False, sentence, advice, detail=error.detail)
    if isinstance(without, CredentialRejected):
        advice = rejected_advice(replace(endpoint, project=None))
        course.failed(StepName.KEY, "Rejected, with the project and without it.", advice)
        course.left(StepName.PROJECT, "Nothing is known of it before the key is accepted.")
        return replace(found, sentence="The endpoint rejected the API key.", advice=advice)
    course.failed(StepName.KEY, found.sentence, found.advice)
    return found


def path_of(base_url: str) -> str:
    """
    >>> path_of("https://h.example/v1"), path_of("https://h.example")
    ('/v1', '/')
    """
    return httpx2.URL(base_url).path or "/"


def models_words(count: int) -> str:
    """
    >>> models_words(1), models_words(1200)
    ('1 model', '1,200 models')
    """
    return "1 model" if count == 1 else f"{count:,} models"
