"""One Chromium and one app serve the browser tests; each test has a tab, and conversations, of its own.

A test that fails leaves a picture and the text of every tab that it had open, and says where.
"""

from __future__ import annotations

import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Error,
    ViewportSize,
    expect,
    sync_playwright,
)

from tests.browser import chromium
from tests.browser.app import App, running
from tests.browser.visit import Visit
from tests.upstream import Upstream

HERE = Path(__file__).parent
LONGEST = "test_many_turns.py"
PATIENCE_MS = 20_000
"""For a slow machine that others share."""
WINDOW: ViewportSize = {"width": 1280, "height": 900}
LOG_CHARS = 4_000
NO_BROWSER = "no Chromium or Chrome was found; `make test` gets one where it can"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last: from then on this thread belongs to Playwright's event loop.

    Of them the longest file comes first, so that nobody waits for it alone at the end.
    """
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
    items.sort(key=lambda item: (HERE in item.path.parents, item.path.name != LONGEST))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    visitors = getattr(item, "funcargs", {}).get("visitors")
    if report.when == "call" and report.failed and visitors is not None:
        report.sections.append(("what the browser showed", visitors.evidence()))
    return report


class Visitors:
    """The tabs of one test."""

    def __init__(self, browser: Browser, regular: BrowserContext) -> None:
        self._browser = browser
        self._regular = regular
        self._contexts: list[BrowserContext] = []
        self._visits: list[Visit] = []
        self._apps: list[App] = []

    def arrive(self, app: App, **options: Any) -> Visit:
        """A tab of the browser that all tests share; with `options` of a Playwright context, of a new one."""
        self._apps.append(app)
        return self._tab(self._newcomer(options) if options else self._regular, app.url)

    def second_tab(self, visit: Visit) -> Visit:
        """Another tab of the same browser."""
        return self._tab(visit.page.context, visit.url)

    def _newcomer(self, options: dict[str, Any]) -> BrowserContext:
        context = self._browser.new_context(**{"viewport": WINDOW, **options})
        context.set_default_timeout(PATIENCE_MS)
        self._contexts.append(context)
        return context

    def _tab(self, context: BrowserContext, url: str) -> Visit:
        visit = Visit(context.new_page(), url)
        self._visits.append(visit)
        return visit

    def evidence(self) -> str:
        # Not pytest's own folder, which the next runs remove.
        folder = Path(tempfile.mkdtemp(prefix="parley-browser-"))
        tabs = [
            _kept(folder, number, visit)
            for number, visit in enumerate(self._visits, 1)
            if not visit.page.is_closed()
        ]
        return "\n".join([*tabs, *(app.log[-LOG_CHARS:] for app in self._apps)])

    def close(self) -> None:
        for visit in self._visits:
            visit.page.close()
        for context in self._contexts:
            context.close()


def _kept(folder: Path, number: int, visit: Visit) -> str:
    picture, words = folder / f"tab-{number}.png", folder / f"tab-{number}.txt"
    try:
        visit.page.screenshot(path=picture, full_page=True)
        words.write_text(visit.page.locator("body").inner_text(), "utf-8")
    except Error as crashed:
        return f"tab {number} at {visit.page.url} could not be kept: {crashed.message}"
    return f"tab {number} at {visit.page.url}: {picture} and {words}"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium.find()
    if path is None and chromium.is_required():
        pytest.fail(NO_BROWSER)
    if path is None:
        pytest.skip(NO_BROWSER)
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=path, args=[*chromium.LAUNCH_ARGUMENTS]
        )
        with launched:
            yield launched


@pytest.fixture(scope="session")
def session_upstream() -> Iterator[Upstream]:
    with Upstream() as server:
        yield server


@pytest.fixture
def upstream(session_upstream: Upstream) -> Upstream:
    """The endpoint of `app`, with nothing scripted and nothing received yet."""
    session_upstream.forget()
    return session_upstream


@pytest.fixture(scope="session")
def app(
    browser: Browser, session_upstream: Upstream, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[App]:
    """Wants the browser first: without one, no app is started either."""
    with running(tmp_path_factory.mktemp("app"), session_upstream.base_url) as started:
        yield started


@pytest.fixture(scope="session")
def regular(browser: Browser) -> Iterator[BrowserContext]:
    """A reader who has been here before: Streamlit's files are in the browser's cache."""
    with browser.new_context(viewport=WINDOW) as context:
        context.set_default_timeout(PATIENCE_MS)
        yield context


@pytest.fixture
def visitors(browser: Browser, regular: BrowserContext) -> Iterator[Visitors]:
    arrived = Visitors(browser, regular)
    yield arrived
    arrived.close()


@pytest.fixture
def visit(visitors: Visitors, app: App) -> Visit:
    """A tab that has nothing open yet."""
    return visitors.arrive(app)
