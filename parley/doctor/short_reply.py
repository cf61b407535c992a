"""The last step, taken only when it was asked for: one token of one model, with what it used and cost.

It goes the way of every chat reply, with its row in the ledger, but belongs to no conversation.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from parley.attempt import Turn
from parley.catalog.model import Model
from parley.chat_settings import ChatSettings
from parley.conversation import Kind, Message, MessageState, Role, new_id
from parley.doctor.advice import fault_of_a_reply
from parley.doctor.asking import models_words, path_of
from parley.doctor.steps import Course, Diagnosis, StepName, StepState
from parley.endpoint import Endpoint
from parley.engine import Engine
from parley.errors import (
    AllSpentThinking,
    CredentialMissing,
    CredentialRejected,
    EmptyReply,
    Notice,
    TimedOut,
)
from parley.gateway import ChatCall
from parley.pricing.costing import cost_of
from parley.pricing.price import Cost, Price
from parley.pricing.wording import write_cost, write_count, write_duration
from parley.reply import Reply
from parley.usage import Count, State, Usage
from parley.writing import ReplyWriter

PROMPT = "Hi"
MAX_TOKENS = 1
INPUT_AT_MOST = 200
"""Tokens: what a model's own template may add to a word of greeting."""
PULSE_S = 0.2
ENDING_S = 5.0

BY_HAND = "Type the model id in Chat."

IN_THE_WAY = (
    StepName.ADDRESS,
    StepName.HOST,
    StepName.PORT,
    StepName.CERTIFICATE,
    StepName.WEIGHTS,
    StepName.PROCESS,
    StepName.ANSWER,
    StepName.KEY,
    StepName.PROJECT,
)
"""When one of these failed, a model cannot be asked. A list that failed is no reason: some servers have none."""

ANSWERED = frozenset({AllSpentThinking.__name__, EmptyReply.__name__})
"""One token is too little for some models to say a word; that they answer is all that is asked."""


@dataclass(frozen=True)
class Question:
    """Which model is asked, and in whose ledger the call is written."""

    owner: str
    model: Model
    price_of: Callable[[str], Price | None] | None = None
    """The price of another model of the endpoint, should one answer."""
    pulse: Callable[[], object] = lambda: None
    """Called a few times a second while the reply is waited for; what it raises stops the reply."""


def cost_ahead(model: Model) -> Cost:
    """What the question costs at most, estimated; unknown where no price is."""
    inputs = Count(INPUT_AT_MOST, State.ESTIMATED)
    return cost_of(Usage(inputs, output_tokens=Count(MAX_TOKENS, State.ESTIMATED)), model.price)


def with_reply(
    engine: Engine,
    endpoint: Endpoint,
    connected: Endpoint,
    found: Diagnosis,
    question: Question | None,
    course: Course,
) -> Diagnosis:
    """What was found, and what the reply adds to it. `connected` is where the endpoint's server answers."""
    if question is None:
        course.skipped(StepName.REPLY, "Not asked for, because it may cost something.")
        return found
    if found.suggestion or course.has(StepState.FAILED, *IN_THE_WAY):
        course.left(StepName.REPLY, "An earlier step stands in the way.")
        return found
    reply = _ask(engine, endpoint, question)
    notice = _what_went_wrong(reply)
    if notice is None:
        _note_reply(reply, course)
        return _answered(connected, found, question.model, course)
    return _unanswered(connected, found, question.model, notice, course)


def _ask(engine: Engine, endpoint: Endpoint, question: Question) -> Reply:
    """Returns when the call has ended and its row is stored; it is stopped when the waiting is."""
    writer = ReplyWriter(engine, _turn(endpoint, question), recorded=False)
    engine.run_apart(writer.run(), writer.reply.stop)
    limits = engine.limits
    deadline = time.monotonic() + limits.silence_s + limits.retry_total_s
    try:
        while not writer.reply.wait_until_ended(PULSE_S) and time.monotonic() < deadline:
            question.pulse()
    finally:
        writer.reply.stop()
    writer.reply.wait_until_ended(ENDING_S)
    return writer.reply


def _turn(endpoint: Endpoint, question: Question) -> Turn:
    reply = Message(
        id=new_id(),
        conversation_id="",
        parent_id=None,
        role=Role.ASSISTANT,
        text="",
        state=MessageState.STREAMING,
        model=question.model.id,
        endpoint=endpoint.name,
    )
    sent = ({"role": "user", "content": PROMPT},)
    limit = ChatSettings(max_tokens=MAX_TOKENS).parameters(endpoint)
    return Turn(
        owner=question.owner,
        user=None,
        reply=reply,
        endpoint=endpoint,
        call=ChatCall(question.model.id, sent, limit),
        composition={"system": 0, "history": 0, "attachments": 0, "new": len(PROMPT)},
        price=question.model.price,
        price_of=question.price_of,
        context_window=question.model.context_window,
        kind=Kind.PROBE,
    )


def _what_went_wrong(reply: Reply) -> Notice | None:
    message = reply.message
    if message.state in (MessageState.STOPPED, MessageState.STREAMING):
        return TimedOut().notice
    notice = message.notice
    return None if notice is None or notice.kind in ANSWERED else notice


# It answered


def _note_reply(reply: Reply, course: Course) -> None:
    assert reply.outcome is not None
    usage, text = reply.outcome.usage, reply.message.text.strip()
    said = f"“{text[:40]}”" if text else "without a word"
    counts = f"{write_count(usage.input_tokens)} tokens in, {write_count(usage.output_tokens)} out"
    seen = (
        f"{reply.message.model} answered {said} "
        f"after {write_duration(reply.outcome.time_to_first_token_s)}: "
        f"{counts}, cost {write_cost(reply.outcome.cost)}."
    )
    course.ok(StepName.REPLY, seen, _remark(usage, reply.unsaved))


def _remark(usage: Usage, unsaved: Notice | None) -> str:
    if unsaved is not None:
        return f"The call could not be written into the ledger. {unsaved.advice}"
    if State.REPORTED in (usage.input_tokens.state, usage.output_tokens.state):
        return ""
    return "The endpoint does not say what a reply used, so its counts are estimates, marked ≈."


def _answered(endpoint: Endpoint, found: Diagnosis, model: Model, course: Course) -> Diagnosis:
    if endpoint.key is not None and course.has(StepState.NOT_TRIED, StepName.KEY):
        # A server that wants no key takes any.
        sent = "Sent with the question to the model, and not rejected."
        course.ok(StepName.KEY, "The reply proves it." if endpoint.needs_key else sent)
    if found.models:
        listed = models_words(found.models)
        return replace(
            found, sentence=f"It works: {listed} listed, and {model.id} answers.", advice=""
        )
    if not course.has(StepState.OK, StepName.PATH, StepName.ANSWER):
        course.ok(StepName.PATH, f"Chat answers at {path_of(endpoint.base_url)}.")
    if not course.has(StepState.FAILED, StepName.MODELS):
        course.failed(StepName.MODELS, "No list of models is served here.", BY_HAND)
    missing = "gives no list of models" if found.models is None else "lists no model"
    sentence = f"Chat works: {model.id} answers, but the endpoint {missing}."
    return replace(found, works=True, sentence=sentence, advice=BY_HAND)


# It did not


def _unanswered(
    endpoint: Endpoint, found: Diagnosis, model: Model, notice: Notice, course: Course
) -> Diagnosis:
    told = fault_of_a_reply(endpoint, notice)
    course.failed(StepName.REPLY, f"{model.id}: {told.sentence}", told.advice)
    if notice.kind in (CredentialMissing.__name__, CredentialRejected.__name__):
        course.failed(StepName.KEY, told.sentence, told.advice)
    if not found.works:
        return found
    listed = models_words(found.models or 0)
    sentence = f"{listed} listed, but {model.id} does not answer. {told.sentence}"
    return replace(told, sentence=sentence, models=found.models, listed=found.listed)
