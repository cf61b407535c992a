"""The rate of a currency: typed in Settings, shown beside totals, never instead of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components import services
from components.currency import PREFERENCE, own_rate, second_figure, second_of_total
from components.currency_settings import REMOVED
from parley.conversation import LOCAL_OWNER as OWNER
from parley.errors import StoreNotWritable
from parley.pricing.costing import CostTotal
from parley.pricing.currency import NO_CODE, NO_RATE
from tests.components.settings_pages import field, fill, press, successes
from tests.pages.chat_page import served, shown
from tests.upstream import Upstream


@pytest.fixture(autouse=True)
def upstream(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Upstream]:
    yield from served(upstream, monkeypatch, tmp_path)


def page() -> None:
    from components import currency_settings, services
    from components.state import Session
    from parley.conversation import LOCAL_OWNER

    currency_settings.show(services.get(), LOCAL_OWNER, Session())


def opened() -> AppTest:
    app = AppTest.from_function(page, default_timeout=20)
    app.context["timezone"] = "UTC"
    app.run()
    assert not app.exception
    return app


def save(app: AppTest, code: str, rate: str) -> AppTest:
    return press(fill(fill(app, "Currency", code), "Units for one US dollar", rate), "Save rate")


def figure(amount: str | None) -> str:
    return second_figure(services.get(), OWNER, None if amount is None else Decimal(amount))


def test_without_a_rate_there_is_no_second_figure() -> None:
    assert figure("1") == ""


def test_a_rate_that_is_typed_gives_a_second_figure_with_the_rate_and_its_day() -> None:
    app = save(opened(), "eur", "0.92")

    today = datetime.now(UTC).date().isoformat()
    words = f"≈€0.92 at your rate 0.92 of {today}"
    assert successes(app) == f"Your rate is kept. One US dollar is {words}."
    assert (figure("1"), figure(None)) == (words, "")
    assert (field(app, "Currency"), field(app, "Units for one US dollar")) == ("EUR", "0.92")
    assert successes(app.run()) == ""


def test_a_rate_is_removed() -> None:
    app = press(save(opened(), "EUR", "0.92"), "Remove the rate")

    assert successes(app) == REMOVED
    assert (figure("1"), field(app, "Currency")) == ("", "")
    assert not app.button or [one.label for one in app.button] == ["Save rate"]


@pytest.mark.parametrize(("code", "rate", "reason"), [("E", "1", NO_CODE), ("EUR", "1,5", NO_RATE)])
def test_i8_what_can_be_no_rate_is_refused_and_stays_in_the_fields(
    code: str, rate: str, reason: str
) -> None:
    app = save(opened(), code, rate)

    assert reason in " ".join(shown(error.value) for error in app.error)
    assert (field(app, "Currency"), field(app, "Units for one US dollar")) == (code, rate)
    assert own_rate(services.get(), OWNER) is None


def test_a_rate_that_cannot_be_read_leaves_amounts_in_dollars(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def unreadable(*_: object) -> None:
        raise StoreNotWritable

    monkeypatch.setattr(services.get().store, "preference", unreadable)

    assert figure("1") == ""


@pytest.mark.parametrize(
    ("total", "words"),
    [
        (CostTotal(Decimal(2), 0, 0, 0, 1, False), "≈€1.84 at your rate 0.92 of 2026-11-24"),
        (
            CostTotal(Decimal(2), 1, 0, 0, 2, False),
            "at least ≈€1.84 at your rate 0.92 of 2026-11-24",
        ),
        (
            CostTotal(Decimal(2), 0, 1, 0, 1, False),
            "at least ≈€1.84 at your rate 0.92 of 2026-11-24",
        ),
        (CostTotal(None, 1, 0, 0, 1, False), ""),
        (CostTotal(Decimal(0), 0, 0, 0, 1, True), ""),
    ],
    ids=["certain", "one unpriced", "one cut short", "unknown", "free"],
)
def test_u40_a_sum_that_is_a_lower_bound_is_one_in_any_currency(
    total: CostTotal, words: str
) -> None:
    services.get().store.set_preference(OWNER, PREFERENCE, "EUR 0.92 2026-11-24")

    assert second_of_total(services.get(), OWNER, total) == words
