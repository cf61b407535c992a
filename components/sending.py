"""What a click or a submission sends: a new text, an edited one, another answer. One door to the engine for them all.

Everything is stored and on its way before the page is drawn again, or comes back with a reason.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import replace

import streamlit as st

from components import known_model
from components.mailbox import Interruption, Opened, Refusal, Unsent
from components.services import Services
from components.state import Session
from parley.attachment import AttachedFile
from parley.attempt import Turn
from parley.calendar_groups import zone_named
from parley.chat_settings import ChatSettings
from parley.conversation import Conversation, Message, Role, new_id
from parley.errors import (
    CredentialMissing,
    ModelNotFound,
    NotThere,
    OverBudget,
    Refused,
    StoreError,
)
from parley.pricing.price import Price
from parley.reply import Reply
from parley.turns import Target, answer, next_turn

STOP_WAIT_S = 10.0
"""How long a new message waits for the running reply to be stored."""

REFUSALS = (StoreError, Refused, CredentialMissing, ModelNotFound)
"""Nothing was stored or sent; the error says why."""

_DESPITE_BUDGET: ContextVar[bool] = ContextVar("despite_budget", default=False)
"""Set while a message is sent again that a budget had stopped."""


def target_of(
    services: Services,
    owner: str,
    endpoint_name: str | None,
    model_id: str | None,
    settings: ChatSettings,
) -> Target:
    """Who is asked.

    Raises:
        CredentialMissing, ModelNotFound: nobody can be.
        StoreError: the prices that the owner set could not be read.
    """
    endpoint = services.endpoints.named(owner, endpoint_name)
    if endpoint is None or not model_id:
        raise ModelNotFound(
            "No model is chosen.", advice="Choose a model above, then send the message."
        )
    if endpoint.needs_key and endpoint.key is None:
        raise CredentialMissing
    known = known_model.lookup(services, owner, endpoint)

    def price_of(answered: str) -> Price | None:
        return known(answered).price

    zone, despite_budget = zone_named(st.context.timezone), _DESPITE_BUDGET.get()
    return Target(endpoint, known(model_id), settings, price_of, zone, despite_budget)


def send(
    services: Services,
    owner: str,
    conversation_id: str | None,
    text: str,
    target: Target,
    files: Sequence[AttachedFile] = (),
) -> Reply:
    """Stop and store the running reply, store the message, start its reply.

    In an existing conversation its own settings hold, whatever those of `target` are.

    Raises:
        REFUSALS; NotThere among them, when the conversation was deleted meanwhile.
    """
    if conversation_id is None:
        return services.engine.begin(next_turn(owner, None, [], text, target, files=files))
    conversation = _held(services, owner, conversation_id)
    held = replace(target, settings=conversation.settings)

    def make() -> Turn:
        history = services.store.messages_to_send(owner, conversation.id)
        contents = contents_of(services, owner, conversation.id, history)
        return next_turn(owner, conversation, history, text, held, files=files, contents=contents)

    return _after_the_running_one(services, owner, conversation, make)


def send_instead(
    services: Services, owner: str, message: Message, text: str, target: Target
) -> Reply:
    """Send an edited text beside the message that it replaces, with the same files.

    Raises:
        REFUSALS
    """
    conversation = _held(services, owner, message.conversation_id)
    held = replace(target, settings=conversation.settings)

    def make() -> Turn:
        before = services.store.messages_to_send(owner, conversation.id, message.parent_id or "")
        if message.parent_id is not None and not before:
            raise NotThere
        contents = contents_of(services, owner, conversation.id, [*before, message])
        files = [contents[known.id] for known in message.attachments if known.id in contents]
        return next_turn(
            owner, conversation, before, text, held, files=copies_of(files), contents=contents
        )

    return _after_the_running_one(services, owner, conversation, make)


def answer_again(
    services: Services,
    owner: str,
    reply: Message,
    target: Target,
    change: Callable[[ChatSettings], ChatSettings] = lambda settings: settings,
) -> Reply:
    """Have the question of a reply answered once more, beside that reply.

    With the settings of the conversation as they are now, or what `change` makes of them.

    Raises:
        REFUSALS
    """
    conversation = _held(services, owner, reply.conversation_id)
    held = replace(target, settings=change(conversation.settings))

    def make() -> Turn:
        path = services.store.messages_to_send(owner, conversation.id, reply.parent_id or "")
        if not path or path[-1].role is not Role.USER:
            raise NotThere
        contents = contents_of(services, owner, conversation.id, path)
        return replace(answer(owner, path, held, contents=contents), beside=reply.id)

    return _after_the_running_one(services, owner, conversation, make)


def contents_of(
    services: Services, owner: str, conversation_id: str, path: Sequence[Message]
) -> dict[str, AttachedFile]:
    """The files that the messages of a path carry, by id."""
    ids = [known.id for message in path for known in message.attachments]
    return services.store.files(owner, conversation_id, ids) if ids else {}


def copies_of(files: Sequence[AttachedFile]) -> list[AttachedFile]:
    """The same files for another message."""
    return [replace(file, attachment=replace(file.attachment, id=new_id())) for file in files]


def deliver(
    interruption: Interruption,
    session: Session,
    begin: Callable[[str | None], Reply],
    otherwise: Refusal,
    *,
    takes_files: bool = False,
    despite_budget: bool = False,
) -> None:
    """Call `begin` with the open conversation and leave what became of it in the mailbox.

    For callbacks: once begun, nothing can interrupt until it is known what became of the message. `otherwise` is
    what goes back to the reader if it cannot be sent; the reason is added here. `takes_files`: the waiting files went
    along. `despite_budget`: the reader said that this one may exceed a budget.
    """
    box = interruption.do(lambda: session.mailbox)
    before = _DESPITE_BUDGET.set(despite_budget)
    with box.lock:
        # One that was sent a moment ago by a run that was stopped since has its conversation in the mailbox.
        open_now = interruption.do(lambda: session.conversation_id)
        box.over_budget = None
        try:
            sent = begin(box.opened.conversation_id if box.opened else open_now)
            box.opened = Opened(sent.conversation_id, sent.id, takes_files)
        except REFUSALS as refusal:
            box.refused = replace(otherwise, notice=refusal.notice)
            if isinstance(refusal, OverBudget):
                box.over_budget = Unsent(begin, otherwise, takes_files)
        finally:
            _DESPITE_BUDGET.reset(before)
    interruption.resume()


def _held(services: Services, owner: str, conversation_id: str) -> Conversation:
    conversation = services.store.conversation(owner, conversation_id)
    if conversation is None:
        raise NotThere
    return conversation


def _after_the_running_one(
    services: Services, owner: str, conversation: Conversation, make: Callable[[], Turn]
) -> Reply:
    with services.engine.turns_of(conversation.id):
        services.engine.settle(owner, conversation.id, STOP_WAIT_S)
        return services.engine.begin(make())
