"""No text from outside makes the browser ask anybody anything (R-1, R-2).

Two walls stand, each proven alone: what the app renders fetches nothing even without its CSP, and its CSP stops
whatever would be rendered after all. A control shows that without both the leak would be heard.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from parley.conversation import LOCAL_OWNER as OWNER
from parley.conversation import Conversation, Message, MessageState, Role, new_id
from parley.errors import Notice
from parley.store import Store
from tests.browser.app import App, running
from tests.browser.conftest import Visitors
from tests.browser.leak import Leak
from tests.payloads import PAYLOADS, payload
from tests.upstream import Upstream, done, finish, role, status, text

WITHOUT_CSP = {"bypass_csp": True}
WALLS: Mapping[str, Mapping[str, bool]] = {
    "without-csp": WITHOUT_CSP,
    "as-shipped": {"bypass_csp": False},
}
FETCHING_HTML = """<img src="{url}"><img srcset="{url} 1x"><svg><image href="{url}"/></svg>
<picture><source srcset="{url}"><img></picture><video src="{url}" poster="{url}" autoplay></video>
<audio src="{url}" autoplay></audio><iframe src="{url}"></iframe><object data="{url}"></object>
<embed src="{url}"><style>@import url({url});</style><link rel="stylesheet" href="{url}">
<link rel="preload" as="image" href="{url}"><div style="background:url({url});height:9px">x</div>
<input type="image" src="{url}">"""
FETCHING_SCRIPT = """async ({ html, url }) => {
  const place = document.createElement("div");
  document.body.append(place);
  place.innerHTML = html;
  new Image().src = url;
  const script = document.createElement("script");
  script.src = url;
  place.append(script);
  try { new WebSocket(url.replace("http", "ws")); } catch {}
  try { navigator.sendBeacon(url, "x"); } catch {}
  await fetch(url, { mode: "no-cors" }).catch(() => null);
}"""


@pytest.fixture(scope="module")
def leak() -> Iterator[Leak]:
    with Leak() as server:
        yield server


@pytest.fixture(scope="module")
def hostile() -> Iterator[Upstream]:
    with Upstream() as server:
        yield server


@pytest.fixture(scope="module")
def app(
    browser: Browser, hostile: Upstream, leak: Leak, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[App]:
    """An app whose endpoint lists the payloads as models and whose store is full of them."""
    folder = tmp_path_factory.mktemp("hostile")
    hostile.models = {"object": "list", "data": [{"id": one} for one in all_payloads(leak)]}
    fill(folder / "data", leak)
    with running(folder, hostile.base_url) as started:
        yield started


def all_payloads(leak: Leak) -> list[str]:
    return [payload(name, leak.url).encode("utf-8", "replace").decode() for name in PAYLOADS]


def bundles(leak: Leak, max_chars: int) -> list[str]:
    """The payloads on as few lines as fit: for places that take one line, and are costly to visit."""
    lines = [""]
    for one in all_payloads(leak):
        line = " ".join(one.split())
        if len(lines[-1]) + len(line) >= max_chars:
            lines.append("")
        lines[-1] = f"{lines[-1]} {line}".strip()
    return lines


CONVERSATION = "0" * 32


def fill(data_dir: Path, leak: Leak) -> None:
    """One conversation in which every payload is said, answered, thought, reported and named."""
    store = Store.open(data_dir)
    parent: str | None = None
    for number, said in enumerate(all_payloads(leak)):
        question = Message(new_id(), CONVERSATION, parent, Role.USER, said)
        answer = Message(
            new_id(),
            CONVERSATION,
            question.id,
            Role.ASSISTANT,
            said,
            reasoning=said,
            state=MessageState.FAILED,
            model=said,
            endpoint="Upstream",
            notice=Notice("NotAllowed", said, said, detail=said, suggestion=said),
            tool_calls=(said,),
        )
        begun = Conversation(
            CONVERSATION, said, question.created_at, question.created_at, "Upstream", "m"
        )
        store.begin_turn(
            OWNER, user=question, reply=answer, request=None, conversation=None if number else begun
        )
        parent = answer.id
    store.close()


@pytest.mark.parametrize("wall", WALLS)
def test_r_1_no_payload_in_a_stored_conversation_is_fetched(
    wall: str, visitors: Visitors, app: App, leak: Leak
) -> None:
    visit = visitors.arrive(app, **WALLS[wall])
    leak.heard.clear()

    visit.open_chat(CONVERSATION)
    earlier = visit.page.get_by_role("button", name="Show earlier messages")
    while visit.messages.count() < 2 * len(PAYLOADS):
        shown = visit.messages.count()
        if shown:
            earlier.click()
        expect(visit.messages).not_to_have_count(shown)
        visit.settle()
    for thought in visit.page.locator("summary").filter(has_text="Thinking").all()[:5]:
        thought.click()
    visit.page.wait_for_load_state("networkidle")

    assert leak.heard == []


def test_r_2_no_payload_that_streams_one_character_at_a_time_is_fetched(
    visitors: Visitors, app: App, hostile: Upstream, leak: Leak
) -> None:
    visit = visitors.arrive(app, **WITHOUT_CSP)
    leak.heard.clear()
    visit.open_chat()

    for name in PAYLOADS:
        said = payload(name, leak.url)
        hostile.script(role(), text(said, every=0.0015, size=1), finish(), done())
        visit.page.get_by_role("button", name="New chat").click()
        expect(visit.messages).to_have_count(0)
        # As title and as the reader's own words too.
        visit.ask(said.encode("utf-8", "replace").decode())
        assert leak.heard == [], name

    visit.page.wait_for_load_state("networkidle")
    assert leak.heard == []


def test_r_1_no_payload_in_an_error_of_the_endpoint_is_fetched(
    visitors: Visitors, app: App, hostile: Upstream, leak: Leak
) -> None:
    visit = visitors.arrive(app, **WITHOUT_CSP)
    leak.heard.clear()

    for said in bundles(leak, 290):
        visit.open_chat()
        hostile.script(status(400, {"error": {"message": said, "param": said[:60]}}))
        visit.send("What now?")
        expect(visit.notice).to_have_count(1)
        expect(visit.box).to_have_value("What now?")

    visit.page.wait_for_load_state("networkidle")
    assert leak.heard == []


def test_r_1_no_payload_in_a_model_id_is_fetched(visitors: Visitors, app: App, leak: Leak) -> None:
    visit = visitors.arrive(app, **WITHOUT_CSP)
    leak.heard.clear()

    visit.open("/models")
    for one in bundles(leak, 250)[::3]:
        visit.open_model(one)
    visit.open_chat()
    for number, one in enumerate(bundles(leak, 240)):
        # What only this id has says when it is drawn.
        visit.choose_model(f"{one} n{number}n")
        expect(visit.page.get_by_role("main")).to_contain_text(f"n{number}n")
        visit.settle()

    visit.page.wait_for_load_state("networkidle")
    assert leak.heard == []


def test_the_policy_alone_stops_whatever_would_be_rendered(
    visitors: Visitors, app: App, leak: Leak
) -> None:
    visit = visitors.arrive(app, bypass_csp=False)
    leak.heard.clear()
    visit.open_chat()

    visit.page.evaluate(FETCHING_SCRIPT, attempt(leak))
    visit.page.wait_for_load_state("networkidle")

    assert leak.heard == []


def test_without_the_policy_the_same_page_would_be_heard(
    visitors: Visitors, app: App, leak: Leak
) -> None:
    visit = visitors.arrive(app, bypass_csp=True)
    leak.heard.clear()
    visit.open_chat()

    visit.page.evaluate(FETCHING_SCRIPT, attempt(leak))
    visit.page.wait_for_load_state("networkidle")

    assert leak.arrived.wait(5)
    assert leak.heard


def attempt(leak: Leak) -> dict[str, str]:
    return {"html": FETCHING_HTML.replace("{url}", leak.url), "url": leak.url}
