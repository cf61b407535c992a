"""What was spent: the sum and what it is worth, the calls and their kinds, and an empty page that helps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components import services, usage_overview, usage_went
from parley.conversation import Kind
from parley.fetch_count import FetchCount
from parley.usage import reported
from tests.components.overview_page import (
    call,
    figures,
    keep,
    opened,
    plain,
    sent,
    served,
    words,
)
from tests.parley.calls import cut, entry, refused

SENT = {"system": 100, "history": 700, "attachments": 0, "new": 200}


@pytest.fixture(autouse=True)
def fetches(monkeypatch: pytest.MonkeyPatch) -> FetchCount:
    count = FetchCount()
    monkeypatch.setattr(usage_overview, "LIST_FETCHES", count)
    return count


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    yield from served(monkeypatch, tmp_path)


def of_which(app: AppTest) -> dict[str, str]:
    return {metric.label: plain(metric.delta) for metric in app.metric if metric.delta}


def table(app: AppTest, head: str) -> list[list[str]]:
    """The rows of the table that has this column."""
    frame = next(one.value for one in app.dataframe if head in one.value)
    return [list(row) for row in frame.itertuples(index=False)]


def test_nothing_spent_yet_is_one_sentence_and_the_way_to_chat(script: Path) -> None:
    app = opened(script)

    assert [plain(one.value) for one in app.info] == [usage_overview.NOTHING_YET]
    assert [link.proto.label for link in app.get("page_link")] == ["Go to Chat"]
    assert not (app.metric or app.selectbox)


def test_the_sum_its_tokens_and_its_calls_stand_on_top(script: Path) -> None:
    keep(call(cached=400, thoughts=30), call(cached=0))

    app = opened(script)

    shown = figures(app)
    assert [shown[name] for name in ("Spent", "Tokens in", "Tokens out", "Calls")] == [
        "$0.00046",
        "2,000",
        "200",
        "2",
    ]
    assert of_which(app) == {
        "Tokens in": "of which 400 cached",
        "Tokens out": "of which 30 reasoning",
    }
    assert "Exactly $0.000462." in words(app)
    assert "The cost of every call is certain." in words(app)


def test_u40_u41_a_sum_is_honest_about_what_is_not_known(script: Path) -> None:
    keep(
        call(),
        call(price=None),
        sent(entry(cut(reported(1000), 100))),
        sent(entry()),
        sent(refused()),
    )

    app = opened(script)

    assert figures(app)["Spent"] == "≥$0.00053"
    assert figures(app)["Tokens out"] == "≥300"
    assert (
        "Of 5 calls: 1 of certain cost; 1 cut short, which cost at least what is counted (≥); 1 unpriced; "
        "1 without an outcome: running or interrupted, of unknown cost; 1 that reached no model."
    ) in words(app)
    assert "Of unknown cost, and in no bar: 2 calls." in words(app)


def test_calls_are_all_shown_with_their_kinds_and_fetches_of_lists_counted_apart(
    script: Path, fetches: FetchCount
) -> None:
    keep(call(), call(kind=Kind.COMPARISON), call(kind=Kind.PROBE, conversation_id=""))
    before = words(opened(script))

    fetches.add()

    assert "Calls this app made: 3, all shown: 1 chat, 1 comparison, 1 probe." in before
    assert "model lists" not in before
    assert "Counted apart: 1 call for model lists since Parley was started." in (
        words(opened(script))
    )


def test_the_chart_has_a_table_behind_it_with_each_day_and_model(script: Path) -> None:
    keep(call("a"), call("b"), call("a", days_ago=1, price=None))

    app = opened(script, "time-figures")

    assert [row[1:] for row in table(app, "Day")] == [
        ["b", "$0.00027", "1,100", "1"],
        ["a", "$0.00027", "1,100", "1"],
        ["a", "–", "1,100", "1"],
    ]
    assert app.get("vega_lite_chart")[0].proto.alt.startswith("US dollars per day, by model")


def test_the_chart_shows_money_or_tokens_as_the_address_says(script: Path) -> None:
    keep(call(price=None))

    app = opened(script, usage_chart="Tokens")

    assert app.get("vega_lite_chart")[0].proto.alt.startswith("Tokens in and out per day")
    assert "in no bar" not in words(app)


def test_few_models_are_told_apart_and_the_others_are_one_series(script: Path) -> None:
    keep(*(call(f"m{number}", counts=(1000 * (9 - number), 0)) for number in range(7)))

    rows = table(opened(script, "time-figures"), "Day")

    assert {row[1]: row[4] for row in rows} == {
        "m0": "1",
        "m1": "1",
        "m2": "1",
        "m3": "1",
        "3 other models": "3",
    }


def test_long_times_are_drawn_by_months_and_lose_no_call(script: Path) -> None:
    keep(*(call(f"m{n % 7}", days_ago=9 * n, counts=(9000 // (n % 7 + 1), 0)) for n in range(40)))

    rows = table(opened(script, "time-figures", period="all", by="day"), "Month")

    assert len({row[0] for row in rows}) in (12, 13)
    assert sum(int(row[4]) for row in rows) == 40
    assert {row[1] for row in rows} == {"m0", "m1", "m2", "m3", "3 other models"}
    assert sum(int(row[4]) for row in rows if row[1] == "3 other models") == 16


def test_where_the_tokens_went_is_one_sentence_bars_and_a_table(script: Path) -> None:
    keep(call(composition=SENT, thoughts=30))

    app = opened(script, "went-figures")

    assert (
        "≈70 % of the input was re-sent history. The rest: 20 % new text, 10 % system prompt."
        in words(app)
    )
    assert "30 % of the output was reasoning." in words(app)
    assert (
        "In money: ≈$0.00014 (53 %) of the $0.00027 that 1 call cost went into re-sent history."
        in words(app)
    )
    assert ["Re-sent history", "≈700", "70 %", "≈$0.00014"] in table(app, "Part")


@pytest.mark.parametrize("most", [500, 1])
def test_money_is_divided_only_where_that_can_be_said(
    script: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(usage_went, "MOST_PRICED", most)
    keep(call(composition=SENT, cached=400), call(composition=SENT, price=None))

    app = opened(script, "went-figures")

    assert "In money" not in words(app)
    assert "These are shares of tokens, not of money" in words(app)
    assert {row[3] for row in table(app, "Part")} == {"–"}


def test_caches_and_averages_have_figures_and_say_of_what(script: Path) -> None:
    keep(call(cached=400), call(kind=Kind.PROBE, conversation_id=""))

    app = opened(script)

    shown = figures(app)
    assert shown["Average call"] == "$0.00023"
    assert shown["Average conversation"] == "$0.00020"
    assert shown["Out of a cache"] == "40 %"
    assert shown["Saved by caches"] == "$0.000068"
    assert "1 of 1 call whose server told it had a hit" in words(app)
    assert "of 1 conversation; probes belong to none." in words(app)


def test_without_any_reported_token_there_is_nothing_to_divide(script: Path) -> None:
    keep(sent(entry()))

    app = opened(script)

    assert figures(app)["Spent"] == "–"
    assert figures(app)["Tokens in"] == "–"
    assert "Where the tokens went" not in [one.value for one in app.subheader]


def test_filters_that_leave_nothing_say_so_and_stay(script: Path) -> None:
    keep(call())

    app = opened(script, model="nobody")

    assert usage_overview.NOTHING_HERE in words(app)
    assert app.selectbox and not app.metric


def test_d16_a_ledger_that_cannot_be_read_is_told(script: Path) -> None:
    keep(call())
    services.get().store._engine.dispose()
    services.get().store.path.write_bytes(b"no database" * 1000)

    app = opened(script)

    assert len(app.error) == 1
    assert not app.metric
