"""The course of a test: from the address to the models, and to one token where that was asked for.

Each step is told as it is done; the first that fails leaves those behind it untried.
"""

from __future__ import annotations

from dataclasses import replace

import httpx2

from parley.catalog.parsing import ModelList
from parley.doctor.advice import as_told, fault
from parley.doctor.asking import ask, look_around, models_words, path_of, whose_fault
from parley.doctor.reaching import reach
from parley.doctor.short_reply import Question, with_reply
from parley.doctor.steps import Course, Diagnosis, Hears, StepName
from parley.endpoint import Endpoint, Service
from parley.engine import Engine
from parley.errors import (
    CannotConnect,
    CredentialMissing,
    CredentialRejected,
    EndpointError,
    LocalModelError,
    MalformedReply,
    NotAllowed,
    OutOfCredit,
    ParleyError,
    TooManyRequests,
    UntrustedServer,
    WrongBaseUrl,
)
from parley.local_model import LocalModel

WHERE: dict[type[ParleyError], StepName] = {
    CannotConnect: StepName.PORT,
    UntrustedServer: StepName.CERTIFICATE,
    CredentialMissing: StepName.KEY,
}
"""The step that an error belongs to; any other belongs to the list of models."""

FROM_AN_API = (CredentialMissing, NotAllowed, OutOfCredit, TooManyRequests)
"""Errors that only something like an API answers with."""

SHOWN_IDS = 3
NOT_HEARD = "Nothing is known of it: the server gave no proper answer."


def examine(
    engine: Engine,
    endpoint: Endpoint,
    *,
    local_model: LocalModel | None = None,
    question: Question | None = None,
    hears: Hears = lambda _: None,
) -> Diagnosis:
    """Take every step that can be taken; when the address is wrong, try the likely ones beside it.

    `question` asks a model for one token besides, which may cost. `local_model` is what This machine runs.
    `hears` is told of each step, in this thread. Never raises for what an endpoint does.
    """
    course = Course(endpoint, hears)
    is_local = endpoint.service is Service.LOCAL
    if is_local:
        found, connected = _examine_this_machine(engine, endpoint, local_model, course)
    else:
        found, connected = _examine_server(engine, endpoint, course), endpoint
    found = with_reply(engine, endpoint, connected, found, question, course)
    return replace(found, steps=course.steps)


def _examine_server(engine: Engine, endpoint: Endpoint, course: Course) -> Diagnosis:
    _note_address(endpoint, course)
    try:
        reach(engine, endpoint, course)
    except ParleyError as error:
        return fault(endpoint, error)
    answer = ask(engine, [endpoint])[0]
    if isinstance(answer, ModelList):
        return _listed(endpoint, answer, course)
    if isinstance(answer, WrongBaseUrl | MalformedReply):
        return look_around(engine, endpoint, answer, course)
    return _refused(engine, endpoint, answer, course)


def _note_address(endpoint: Endpoint, course: Course) -> None:
    bare = endpoint.base_url.startswith("http://") and not endpoint.runs_here
    warning = "A key travels unencrypted to it." if bare and endpoint.key is not None else ""
    course.ok(StepName.ADDRESS, f"{endpoint.base_url} can be used.", warning)


# The list came


def _listed(endpoint: Endpoint, listed: ModelList, course: Course) -> Diagnosis:
    course.ok(StepName.PATH, f"{path_of(endpoint.base_url)} answers like an OpenAI-compatible API.")
    _note_key(endpoint, course)
    if endpoint.project:
        course.ok(StepName.PROJECT, f"{endpoint.project} was sent along and not rejected.")
    else:
        course.skipped(StepName.PROJECT, "None is set, so none was sent.")
    _note_models(listed, course)
    return _works(endpoint, listed)


def _note_key(endpoint: Endpoint, course: Course) -> None:
    if endpoint.key is None:
        course.skipped(StepName.KEY, "None was given, and none was wanted for the list.")
    elif endpoint.service is Service.OPENROUTER:
        course.left(StepName.KEY, "OpenRouter shows its list to anyone, so it proves nothing.")
    else:
        course.ok(StepName.KEY, "Sent with the question for the models, and not rejected.")


def _note_models(listed: ModelList, course: Course) -> None:
    count = len(listed.models)
    if not count:
        course.failed(StepName.MODELS, "The list is empty.", EMPTY_ADVICE)
        return
    names = ", ".join(model.id for model in listed.models[:SHOWN_IDS])
    more = f" and {count - SHOWN_IDS:,} more" if count > SHOWN_IDS else ""
    lost = listed.unreadable
    fix = f"{lost:,} of its entries could not be read and {'is' if lost == 1 else 'are'} left out."
    course.ok(StepName.MODELS, f"{models_words(count)}: {names[:200]}{more}.", fix if lost else "")


EMPTY_ADVICE = "Load a model in the server, or type a model id in Chat."


def _works(endpoint: Endpoint, listed: ModelList) -> Diagnosis:
    count = len(listed.models)
    if not count:
        sentence = "The endpoint answers, but lists no model."
        return Diagnosis(True, sentence, EMPTY_ADVICE, models=0, listed=listed)
    advice = ""
    if endpoint.service is Service.OPENROUTER:
        advice = "OpenRouter shows its list to anyone, so only a message will prove the key."
    sentence = f"It works: {models_words(count)} listed."
    return Diagnosis(True, sentence, advice, models=count, listed=listed)


# The list did not come


def _refused(engine: Engine, endpoint: Endpoint, error: ParleyError, course: Course) -> Diagnosis:
    _note_path(endpoint, error, course)
    if isinstance(error, CredentialRejected):
        return whose_fault(engine, endpoint, error, course)
    found = fault(endpoint, error)
    if isinstance(error, OutOfCredit) and endpoint.key is not None:
        course.ok(StepName.KEY, "The service knows the account behind it.")
    course.failed(WHERE.get(type(error), StepName.MODELS), found.sentence, found.advice)
    return found


def _note_path(endpoint: Endpoint, error: ParleyError, course: Course) -> None:
    answered = isinstance(error, EndpointError) and error.http_status is not None
    if isinstance(error, CredentialRejected) or (answered and isinstance(error, FROM_AN_API)):
        course.ok(StepName.PATH, f"{path_of(endpoint.base_url)} answers, with a refusal.")
    elif isinstance(error, CredentialMissing):
        course.left(StepName.PATH, "Nothing is asked of this service without a key.")
    else:
        course.left(StepName.PATH, NOT_HEARD)


# This machine


def _examine_this_machine(
    engine: Engine, endpoint: Endpoint, local_model: LocalModel | None, course: Course
) -> tuple[Diagnosis, Endpoint]:
    if local_model is not None and local_model.available:
        course.ok(StepName.WEIGHTS, f"{local_model.model_id} is there.")
    elif local_model is not None:
        seen = "The model on this machine is turned off or not installed."
        course.failed(StepName.WEIGHTS, seen, LocalModelError.advice)
    try:
        connected = engine.connect(endpoint)
    except ParleyError as error:
        course.failed(StepName.PROCESS, error.title, error.advice)
        return as_told(error), endpoint
    course.endpoint = connected
    _note_process(local_model, course)
    return _examine_process(engine, connected, course), connected


def _note_process(local_model: LocalModel | None, course: Course) -> None:
    number = local_model.process_id if local_model is not None else None
    course.ok(StepName.PROCESS, f"It runs as process {number}." if number else "It runs.")


def _examine_process(engine: Engine, connected: Endpoint, course: Course) -> Diagnosis:
    answer = ask(engine, [connected])[0]
    if not isinstance(answer, ModelList):
        found = fault(connected, answer)
        course.failed(StepName.ANSWER, found.sentence, found.advice)
        return found
    where = httpx2.URL(connected.base_url).netloc.decode("ascii")
    course.ok(StepName.ANSWER, f"It answers on {where}, to Parley alone.")
    _note_models(answer, course)
    return _works(connected, answer)
