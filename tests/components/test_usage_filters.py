"""The filters of usage: they stand in the address, each narrows what is summed, and what cannot be read is told."""

from __future__ import annotations

import doctest
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components import services, usage_asked
from parley.conversation import Kind
from tests.components.overview_page import (
    OWNER,
    call,
    conversation,
    figures,
    keep,
    opened,
    served,
    words,
)

NARROW = "usage-narrow"


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    yield from served(monkeypatch, tmp_path)


def calls(app: AppTest) -> str:
    return figures(app).get("Calls", "none")


def address(app: AppTest, name: str) -> list[str]:
    said = app.query_params.get(name, [])
    return [said] if isinstance(said, str) else list(said)


def test_a_fresh_visit_shows_the_last_thirty_days(script: Path) -> None:
    keep(call(), call(days_ago=20), call(days_ago=40))

    app = opened(script)

    assert calls(app) == "2"
    assert app.selectbox[0].value == "30d"
    assert "Calls this app made: 3; 2 of them are in this view" in words(app)
    assert not [button for button in app.button if button.label == "Clear filters"]


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ({"period": "today"}, "2"),
        ({"period": "7d"}, "3"),
        ({"period": "all"}, "4"),
        ({"period": "all", "endpoint": "E"}, "1"),
        ({"period": "all", "model": ["m", "other"]}, "4"),
        ({"period": "all", "model": "other"}, "1"),
        ({"period": "all", "kind": ["probe", "comparison"]}, "2"),
        ({"period": "all", "conversation": "c"}, "3"),
        ({"period": "all", "model": "nobody"}, "none"),
    ],
    ids=str,
)
def test_a_link_carries_the_filters(script: Path, asked: dict[str, Any], shown: str) -> None:
    keep(
        call(),
        call("other", kind=Kind.PROBE, conversation_id=""),
        call(days_ago=3, endpoint="E"),
        call(days_ago=90, kind=Kind.COMPARISON),
    )

    assert calls(opened(script, **asked)) == shown


def test_typed_days_are_those_of_the_readers_zone(script: Path) -> None:
    in_vienna_already_the_25th = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    keep(call(sent_at=in_vienna_already_the_25th))
    asked = {"period": "days", "from": "2026-11-25", "to": "2026-11-25"}

    assert calls(opened(script, zone="Etc/GMT-1", **asked)) == "1"
    assert calls(opened(script, zone="UTC", **asked)) == "none"


def test_the_days_say_by_which_clock_they_begin(script: Path) -> None:
    keep(call())

    assert "days in UTC+05:45" in words(opened(script, zone="Asia/Kathmandu"))
    assert "no time zone that is known here" in words(opened(script, zone="Not/AZone"))


def test_choosing_a_period_writes_it_into_the_address_and_the_usual_one_takes_it_out(
    script: Path,
) -> None:
    keep(call(), call(days_ago=90))
    app = opened(script)

    app.selectbox(key="usage-period").select("all").run()
    everything = calls(app), address(app, "period")
    app.selectbox(key="usage-period").select("30d").run()

    assert everything == ("2", ["all"])
    assert (calls(app), address(app, "period")) == ("1", [])


def test_to_type_days_begins_with_those_that_were_shown(script: Path) -> None:
    keep(call())
    app = opened(script, period="last-month")
    shown = words(app).splitlines()[0]

    app.selectbox(key="usage-period").select("days").run()

    first, last = address(app, "from")[0], address(app, "to")[0]
    assert shown.startswith(f"{first} to {last}, days in UTC")


def test_days_that_are_picked_are_written_into_the_address_and_taken_out_again(
    script: Path,
) -> None:
    keep(call(), call(sent_at=datetime(2020, 1, 5, tzinfo=UTC)))
    app = opened(script, period="days")

    app.date_input(key="usage-to").set_value(datetime(2020, 1, 5).date()).run()
    until = calls(app), address(app, "to"), words(app)
    app.date_input(key="usage-to").set_value(None).run()

    assert until[:2] == ("1", ["2020-01-05"])
    assert "The beginning to 2020-01-05, days in UTC" in until[2]
    assert (calls(app), address(app, "to")) == ("2", [])


def test_back_and_forward_set_every_widget(script: Path) -> None:
    talk = conversation("Tides")
    keep(call("a", conversation_id=talk), call("b"))
    app = opened(script, NARROW, model="a", conversation=talk)
    narrowed = calls(app), app.multiselect(key="usage-model").value

    app.query_params.clear()
    app.query_params["kind"] = "chat"
    app.run()

    assert narrowed == ("1", ["a"])
    assert calls(app) == "2"
    assert app.multiselect(key="usage-model").value == []
    assert app.multiselect(key="usage-kind").value == ["chat"]
    assert app.selectbox(key="usage-conversation").value is None


def test_what_was_used_is_offered_and_a_choice_stands_in_the_address(script: Path) -> None:
    talk = conversation("Tides")
    keep(call("a", conversation_id=talk), call("b", endpoint="E"))
    app = opened(script, NARROW)
    offered = app.multiselect(key="usage-model").options

    app.multiselect(key="usage-model").select("b").run()
    only_b = calls(app), address(app, "model")
    app.multiselect(key="usage-model").unselect("b").run()
    app.selectbox(key="usage-conversation").select(talk).run()

    assert offered == ["a", "b"]
    assert only_b == ("1", ["b"])
    assert address(app, "model") == []
    assert (calls(app), address(app, "conversation")) == ("1", [talk])
    assert "“Tides”" in words(app)


def test_one_click_clears_all_filters(script: Path) -> None:
    keep(call(), call(days_ago=90))
    app = opened(script, period="all", model="m", kind="chat")

    next(button for button in app.button if button.label == "Clear filters").click().run()

    assert calls(app) == "1"
    assert not [name for name in usage_asked.NAMES if address(app, name)]


def test_the_last_day_before_the_first_is_told(script: Path) -> None:
    keep(call())
    asked = {"period": "days", "from": "2026-11-25", "to": "2026-11-24"}

    app = opened(script, **asked)

    assert "The last day comes before the first, so there is nothing to show." in words(app)
    assert not app.metric


@pytest.mark.parametrize(
    "asked",
    [
        {"period": "nonsense"},
        {"from": "yesterday"},
        {"to": "0001-01-01"},
        {"kind": ["chat", "title"]},
        {"model": "\0"},
        {"model": "x" * 5_000},
        {"endpoint": ["m"] * 101},
        {"conversation": ["a", "b"]},
    ],
    ids=lambda asked: str(asked)[:30],
)
def test_what_cannot_be_read_is_told_and_left_out(script: Path, asked: dict[str, Any]) -> None:
    keep(call())

    app = opened(script, NARROW, **asked)

    assert "A part of the filters in the address cannot be read" in words(app)


def test_c6_a_hostile_name_is_shown_as_it_is(script: Path) -> None:
    hostile = "![x](http://evil.example/a.png)"
    keep(call(hostile))

    app = opened(script, NARROW, model=hostile)

    assert calls(app) == "1"
    assert hostile in words(app)
    assert not [one for one in app.caption if "![x]" in one.value]


@pytest.mark.parametrize("owner", [OWNER, "another"])
def test_s12_a_conversation_that_is_gone_or_another_owners_is_named_by_no_title(
    script: Path, owner: str
) -> None:
    store = services.get().store
    other = store.create_conversation(owner, title="Secret", endpoint="E", model="m").id
    store.delete_conversation(owner, other)
    keep(call())

    app = opened(script, NARROW, conversation=other)

    assert "Secret" not in words(app)
    assert "a conversation that is not here any more" in words(app)


def test_an_older_conversation_is_offered_when_the_address_names_it(script: Path) -> None:
    talk = conversation("Archived one")
    services.get().store.archive(OWNER, talk, True)
    keep(call(conversation_id=talk))

    app = opened(script, NARROW, conversation=talk)

    assert app.selectbox(key="usage-conversation").options == ["Archived one"]


def test_the_examples_of_what_is_asked_are_true() -> None:
    assert doctest.testmod(usage_asked).failed == 0
