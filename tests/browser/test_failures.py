"""Every failure of an endpoint is a notice that says what happened; what arrived is kept, else the text comes back.

The app runs with short waiting times, so that silence is heard soon. Which body means which error is tried, in all its
variants, without a browser in tests/parley/test_upstream_faults.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, expect

from parley import errors
from tests.browser.app import App, free_port, running
from tests.browser.conftest import Visitors
from tests.browser.visit import Visit
from tests.upstream import (
    Step,
    Upstream,
    body,
    chunk,
    cut,
    done,
    finish,
    reasoning,
    role,
    silence,
    status,
    text,
    usage,
)

NOBODY = "Nobody"
HTML = b"<html><script>alert(1)</script>Welcome</html>"
BEGINNING = (role(), text("The beginning of it"))


@dataclass(frozen=True)
class Fault:
    """A script, and what a reader then sees."""

    steps: tuple[Step, ...]
    title: str
    said: str = ""
    """The endpoint's own words."""
    kept: str = ""
    given_back: bool = True


def refused(code: int, said: str, title: str) -> Fault:
    return Fault((status(code, {"error": {"message": said}}),), title, said)


FAULTS = {
    "401-wrong-key": refused(401, "Authentication failed", "The endpoint rejected the API key"),
    "402-no-credit": refused(402, "You exceeded your quota", errors.OutOfCredit.title),
    "403-country": refused(403, "Country not supported", errors.NotAllowed.title),
    "403-gateway": refused(403, "The gateway is not enabled", errors.NotAllowed.title),
    "404-model": refused(
        404, "The model does not exist", "The endpoint does not know the model “test-model”."
    ),
    "400-too-long": refused(
        400, "This model's maximum context length is 4096 tokens", errors.PromptTooLong.title
    ),
    "422-parameter": Fault(
        (status(422, {"detail": [{"loc": ["body", "top_p"], "msg": "must be at most 1"}]}),),
        "The endpoint rejected",
        "must be at most 1",
    ),
    "429-too-many": refused(429, "Concurrency limit reached", errors.TooManyRequests.title),
    "500-fault": refused(500, "The server had an error", errors.UpstreamUnavailable.title),
    "503-overloaded": refused(503, "Currently overloaded", errors.UpstreamUnavailable.title),
    "html": Fault((body(HTML, "text/html"),), errors.WrongBaseUrl.title),
    "other-json": Fault((body(b'{"hello": 1}'),), errors.WrongBaseUrl.title),
    "silence": Fault((silence(),), errors.TimedOut.title),
    "silence-after-some-text": Fault(
        (*BEGINNING, silence()), errors.TimedOut.title, kept="The beginning of it", given_back=False
    ),
    "cut": Fault(
        (*BEGINNING, cut()),
        errors.ConnectionLost.title,
        kept="The beginning of it",
        given_back=False,
    ),
    "error-in-the-middle": Fault(
        (*BEGINNING, chunk({"error": {"message": "the GPU caught fire"}})),
        errors.ReportedByEndpoint.title,
        "the GPU caught fire",
        kept="The beginning of it",
        given_back=False,
    ),
    "all-spent-thinking": Fault(
        (reasoning("hm"), finish("length"), usage(3, 512, reasoning=512), done()),
        errors.AllSpentThinking.title,
        given_back=False,
    ),
}


@pytest.fixture(scope="module")
def faulty() -> Iterator[Upstream]:
    with Upstream() as server:
        yield server


@pytest.fixture(scope="module")
def app(
    browser: Browser, faulty: Upstream, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[App]:
    """With a second endpoint, at an address where nobody listens."""
    folder = tmp_path_factory.mktemp("faulty")
    secrets = folder / ".streamlit" / "secrets.toml"
    secrets.parent.mkdir()
    secrets.write_text(f'[endpoints.{NOBODY}]\nbase_url = "http://127.0.0.1:{free_port()}/v1"\n')
    with running(folder, faulty.base_url, program="tests.browser.impatient") as started:
        yield started


@pytest.fixture
def upstream(faulty: Upstream) -> Upstream:
    faulty.forget()
    return faulty


@pytest.mark.parametrize("name", FAULTS)
def test_a_failure_of_the_endpoint_shows_its_notice_and_loses_nothing(
    name: str, visit: Visit, upstream: Upstream
) -> None:
    fault, question = FAULTS[name], f"My question about {name}"
    upstream.always(*fault.steps)
    visit.open_chat()

    visit.send(question)

    expect(visit.notice).to_have_count(1)
    expect(visit.notice).to_contain_text(fault.title)
    expect(visit.notice).to_contain_text(fault.said)
    expect(visit.messages.first).to_contain_text(question)
    expect(visit.messages.last).to_contain_text(fault.kept)
    expect(visit.box).to_have_value(question if fault.given_back else "")
    expect(visit.stop).to_have_count(0)


@pytest.mark.parametrize("name", ["401-wrong-key", "429-too-many", "cut", "all-spent-thinking"])
def test_the_notice_is_still_there_after_a_refresh_and_the_next_message_works(
    name: str, visit: Visit, upstream: Upstream
) -> None:
    fault = FAULTS[name]
    upstream.always(*fault.steps)
    visit.open_chat()
    visit.send("First try")
    expect(visit.notice).to_contain_text(fault.title)

    visit.reload()
    expect(visit.notice).to_contain_text(fault.title)
    upstream.always()
    visit.send("Second try")

    expect(visit.messages.last).to_contain_text("You said: ")
    expect(visit.messages.last).to_contain_text("Second try")


def test_what_was_given_back_can_be_sent_again_and_is_asked_once(
    visit: Visit, upstream: Upstream
) -> None:
    upstream.script(status(401, {"error": {"message": "Authentication failed"}}))
    visit.open_chat()
    visit.send("Ask me once")
    expect(visit.notice).to_have_count(1)
    expect(visit.box).to_have_value("Ask me once")

    visit.box.press("Enter")

    expect(visit.messages.last).to_contain_text("You said: Ask me once")
    assert upstream.chats[-1].body["messages"] == [{"role": "user", "content": "Ask me once"}]


def test_a_busy_endpoint_is_tried_again_with_a_countdown_that_can_be_stopped(
    visit: Visit, upstream: Upstream
) -> None:
    upstream.always(status(429, {"error": {"message": "Busy"}}, headers={"Retry-After": "20"}))
    visit.open_chat()

    visit.send("Wait for it")
    expect(visit.live_reply).to_contain_text("trying again in")
    visit.stop.click()

    expect(visit.stop).to_have_count(0)
    expect(visit.messages.last).not_to_contain_text("trying again in")
    assert len(upstream.chats) == 1


def test_an_endpoint_where_nobody_listens_says_so_and_gives_the_text_back(
    visitors: Visitors, app: App, upstream: Upstream
) -> None:
    visit = visitors.arrive(app)
    visit.open_chat()
    visit.endpoint_box.fill(NOBODY)
    visit.endpoint_box.press("Enter")
    expect(visit.page.locator(".st-key-list-notice")).to_contain_text(
        errors.CannotConnect.title[:13]
    )
    visit.choose_model("some-model")
    expect(visit.page.get_by_role("main")).to_contain_text("some-model")
    visit.settle()

    visit.send("Is anybody there?")

    expect(visit.notice.last).to_contain_text("127.0.0.1")
    expect(visit.box).to_have_value("Is anybody there?")
    assert upstream.chats == []
