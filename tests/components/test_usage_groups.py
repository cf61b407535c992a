"""Who spent it: by model, endpoint, conversation, kind or day, with the way to each conversation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components import services, usage_groups
from parley.conversation import Kind
from parley.pricing.price import Price
from parley.usage import reported
from tests.components.overview_page import (
    OWNER,
    call,
    column,
    conversation,
    keep,
    opened,
    plain,
    sent,
    served,
    words,
)
from tests.parley.calls import PRICE, cut, entry, refused


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    yield from served(monkeypatch, tmp_path)


def links(app: AppTest) -> list[tuple[str, str]]:
    """Label and query of each."""
    found = [link.proto for link in app.get("page_link")]
    return [(plain(one.label), one.query_string) for one in found]


def test_models_stand_with_what_they_cost_the_dearest_first(script: Path) -> None:
    keep(call("cheap"), call("dear", counts=(10_000, 1_000)))

    app = opened(script)

    assert column(app, "cost") == {"dear": "$0.0027", "cheap": "$0.00027"}
    assert column(app, "share") == {"dear": "91 %", "cheap": "9 %"}
    assert column(app, "in") == {"dear": "10,000", "cheap": "1,000"}
    assert column(app, "doubts") == {"dear": "certain", "cheap": "certain"}


def test_u40_u41_each_line_says_what_of_its_cost_is_not_certain(script: Path) -> None:
    keep(
        call("unpriced", price=None),
        sent(entry(cut(reported(1000), 100), model="cut")),
        sent(entry(model="running")),
        sent(refused(), model="refused"),
        call("mixed"),
        call("mixed", price=None),
    )

    app = opened(script)

    assert column(app, "cost") == {
        "unpriced": "–",
        "cut": "≥$0.00027",
        "running": "–",
        "refused": "–",
        "mixed": "≥$0.00027",
    }
    assert column(app, "doubts") == {
        "unpriced": "1 unpriced",
        "cut": "1 cut short",
        "running": "1 without an outcome",
        "refused": "nothing: no model was reached",
        "mixed": "1 unpriced",
    }
    assert column(app, "share")["unpriced"] == "–"


@pytest.mark.parametrize(
    ("by", "names"),
    [
        ("endpoint", {"E", "W&B Inference"}),
        ("kind", {"Chat", "Probe"}),
        ("conversation", {"Tides", "no conversation (probes)"}),
        ("nonsense", {"m", "other"}),
    ],
)
def test_the_address_names_what_it_is_told_by(script: Path, by: str, names: set[str]) -> None:
    talk = conversation("Tides")
    keep(
        call(conversation_id=talk, endpoint="E"),
        call("other", kind=Kind.PROBE, conversation_id=""),
    )

    assert set(column(opened(script, by=by), "cost")) == names


def test_a_choice_writes_itself_into_the_address_and_the_usual_one_takes_itself_out(
    script: Path,
) -> None:
    keep(call(), call(days_ago=1))
    app = opened(script)

    app.button_group(key="usage-by").set_value("day").run()
    days = list(column(app, "cost")), app.query_params["by"]
    app.button_group(key="usage-by").set_value("model").run()

    assert days[0] == sorted(days[0], reverse=True)
    assert days[1] in ("day", ["day"])
    assert "by" not in app.query_params


def test_the_order_of_the_table_is_in_the_address(script: Path) -> None:
    keep(call("a", price=None), call("b"), call("c", counts=(9_000, 0)))

    assert list(column(opened(script, order="cost"), "cost")) == ["b", "c", "a"]
    assert next(iter(column(opened(script, order="-in"), "cost"))) == "c"


def test_each_conversation_is_opened_by_a_link(script: Path) -> None:
    first, second = conversation("![x](http://evil.example)"), conversation("Second")
    keep(call(conversation_id=first, counts=(9_000, 0)), call(conversation_id=second))

    found = links(opened(script, by="conversation"))

    assert [query for _, query in found] == [f"c={first}", f"c={second}"]
    assert found[1][0] == "Second"
    assert not [
        link
        for link in opened(script, by="conversation").get("page_link")
        if "![" in link.proto.label
    ]


def test_the_first_ones_as_they_are_sorted_have_links(script: Path) -> None:
    talks = [conversation(f"t{number}") for number in range(12)]
    keep(*(call(conversation_id=talk, counts=(n + 1, 0)) for n, talk in enumerate(talks)))

    dearest = links(opened(script, by="conversation"))
    cheapest = links(opened(script, by="conversation", order="cost"))

    assert [label for label, _ in dearest] == [f"t{n}" for n in range(11, 1, -1)]
    assert [label for label, _ in cheapest] == [f"t{n}" for n in range(10)]


def test_s12_a_deleted_conversation_keeps_its_line_and_has_no_link(script: Path) -> None:
    talk = conversation("Secret")
    keep(call(conversation_id=talk))
    services.get().store.delete_conversation(OWNER, talk)

    app = opened(script, by="conversation")

    assert list(column(app, "cost")) == [f"deleted ({talk[:6]})"]
    assert links(app) == []
    assert "Secret" not in words(app)


def test_u41_a_free_model_is_free_and_has_no_share_where_nothing_cost_anything(
    script: Path,
) -> None:
    keep(call(price=Price(PRICE.input_per_mtok * 0, PRICE.output_per_mtok * 0, free=True)))

    app = opened(script)

    assert (column(app, "cost"), column(app, "share")) == ({"m": "free"}, {"m": "–"})


def test_of_very_many_the_dearest_are_shown_and_it_says_so(
    script: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(usage_groups, "MOST_GROUPS", 2)
    keep(*(call(f"m{number}", days_ago=number) for number in range(3)))

    assert "that cost most; filters show others." in words(opened(script))
    assert "days; filters show others." in words(opened(script, by="day"))
