"""The first run on a machine with no key and no network: a real model answers, and its figures are the server's own."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from parley.conversation import LOCAL_OWNER as OWNER
from parley.local_model import find_weights
from parley.store import Store
from tests.browser import chromium
from tests.browser.app import App, running
from tests.browser.visit import Visit

pytestmark = pytest.mark.real_model

WORDS = "p:not([data-testid=stCaptionContainer] p)"
"""What the model writes, apart from the line that says what is waited for."""
FIRST_REPLY_MS = 180_000
"""The model is read from the disk first, perhaps by a slow machine."""


@pytest.fixture(scope="module")
def app(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """An empty home folder and no variable but the data folder's."""
    if find_weights() is None and not chromium.is_required():
        pytest.skip("the model on this machine is not installed; `make install` gets it")
    with running(tmp_path_factory.mktemp("first-run")) as started:
        yield started


def test_a_first_question_is_answered_by_the_model_on_this_machine(visit: Visit, app: App) -> None:
    visit.open()
    expect(visit.endpoint_box).to_have_value("This machine")
    expect(visit.page.get_by_role("main")).to_contain_text(re.compile("very small model", re.I))

    visit.send("Say hello in five words.")
    expect(visit.receipts).to_have_count(1, timeout=FIRST_REPLY_MS)

    expect(visit.notice).to_have_count(0)
    used = raw_usage_of(app, visit.conversation_id)
    receipt = visit.receipts.last.inner_text()
    assert re.search(rf"\b{used['prompt_tokens']:,}\b", receipt), receipt
    assert re.search(rf"\b{used['completion_tokens']:,}\b", receipt), receipt
    assert "free" in receipt
    visit.receipts.last.locator("summary").click()
    expect(visit.receipts.last).to_contain_text(f'"completion_tokens": {used["completion_tokens"]}')


def raw_usage_of(app: App, conversation_id: str) -> dict[str, int]:
    """What the llama.cpp server sent, as the ledger keeps it."""
    store = Store.open(app.data_dir)
    try:
        (entry,) = store.ledger(OWNER, conversation_id=conversation_id)
    finally:
        store.close()
    assert entry.outcome is not None
    assert entry.outcome.raw_usage is not None
    return dict(entry.outcome.raw_usage)


def test_the_answer_streams_and_can_be_stopped(visit: Visit) -> None:
    visit.open_chat()

    visit.send("Count from one to five hundred, and explain every number.")
    expect(visit.live_reply.locator(WORDS).first).to_be_visible(timeout=FIRST_REPLY_MS)
    visit.stop.click()

    expect(visit.stop).to_have_count(0)
    expect(visit.messages.last).to_contain_text("Stopped")
    expect(visit.receipts).to_contain_text("≥")
