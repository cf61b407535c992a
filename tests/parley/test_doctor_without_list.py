"""A short reply where the list fails, and where the ledger does: what works is said to work, and nothing is lost."""

from __future__ import annotations

from typing import Any

import pytest

from parley.catalog.model import Model
from parley.doctor import Question, StepName, StepState, examine
from parley.engine import Engine
from parley.errors import StoreError
from tests.parley.doctor_findings import NO_MODELS, PAGE, at, failed, states, step
from tests.upstream import Upstream, reply, status

ASKED = Question("me", Model("test-model"))


def error(code: int, said: str = "no") -> Any:
    return status(code, {"error": {"message": said}})


@pytest.mark.parametrize(
    ("answer", "missing"),
    [
        ((404, {}, b""), "gives no list of models"),
        (PAGE, "gives no list of models"),
        (NO_MODELS, "lists no model"),
    ],
    ids=["not-found", "page", "empty"],
)
def test_c8_a_server_without_a_list_that_chats_works_with_an_id_typed_by_hand(
    engine: Engine, upstream: Upstream, answer: Any, missing: str
) -> None:
    upstream.models_raw = answer
    upstream.script(reply("Hello"))

    found = examine(engine, at(upstream.base_url), question=ASKED)

    assert found.works
    assert found.sentence == f"Chat works: test-model answers, but the endpoint {missing}."
    assert found.advice == "Type the model id in Chat."
    assert failed(found) == [StepName.MODELS]
    assert step(found, StepName.PATH).state is StepState.OK
    assert states(found)["Short reply"] == "ok"


def test_c8_a_list_that_fails_for_now_does_not_hide_that_chat_works(
    engine: Engine, upstream: Upstream
) -> None:
    upstream.models_steps = (error(500, "list is down"),)
    upstream.script(reply("Hello"))

    found = examine(engine, at(upstream.base_url), question=ASKED)

    assert found.works
    assert found.detail == "list is down"
    assert failed(found) == [StepName.MODELS]
    # Another server may take any key, or want none.
    assert step(found, StepName.KEY).seen.endswith("to the model, and not rejected.")


def test_where_neither_list_nor_chat_answers_the_list_is_what_is_told(
    engine: Engine, upstream: Upstream
) -> None:
    upstream.models_raw = PAGE
    upstream.script(status(404, "no"))

    found = examine(engine, at(upstream.base_url), question=ASKED)

    assert found.sentence == "This address does not answer like an OpenAI-compatible API."
    assert failed(found) == [StepName.PATH, StepName.REPLY]


def full(*_: object, **__: object) -> None:
    raise StoreError("The disk is full.", advice="Make room.")


def test_where_no_ledger_can_be_written_no_model_is_asked(
    engine: Engine, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine.store, "add_request", full)

    found = examine(engine, at(upstream.base_url), question=ASKED)

    assert "The disk is full." in step(found, StepName.REPLY).seen
    assert upstream.chats == []


def test_a_reply_whose_end_could_not_be_written_down_says_so(
    engine: Engine, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine.store, "finish_reply", full)

    found = examine(engine, at(upstream.base_url), question=ASKED)

    assert found.works
    assert "could not be written into the ledger. Make room." in step(found, StepName.REPLY).fix
