"""A usage file dropped on the page, and a total typed: columns are guessed and corrected, the verdict is said."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components import services
from components.reconcile_columns import zones
from parley.conversation import LOCAL_OWNER as OWNER
from parley.reconcile.usage_file import read_usage_file
from tests.components.priced_talk import COUNTS, MODELS, column, talk, words
from tests.pages.chat_page import served
from tests.parley.reconcile.files import HEADER, rows_of, written
from tests.upstream import Upstream


@pytest.fixture(autouse=True)
def upstream(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Upstream]:
    for served_by in served(upstream, monkeypatch, tmp_path):
        served_by.models = {"data": MODELS}
        yield served_by


def page() -> None:
    from components import services, usage_reconcile
    from components.state import Session
    from parley.conversation import LOCAL_OWNER

    usage_reconcile.show(services.get(), LOCAL_OWNER, Session())


def opened(**address: str) -> AppTest:
    app = AppTest.from_function(page, default_timeout=20)
    for name, value in address.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def dropped(text: str | bytes, app: AppTest | None = None) -> AppTest:
    app = app or opened()
    content = text.encode() if isinstance(text, str) else text
    app.file_uploader[0].upload("usage.csv", content, "text/csv").run()
    assert not app.exception
    return app


def own_file(header: tuple[str, ...] = HEADER) -> str:
    return written(rows_of(services.get().store.ledger(OWNER)), header)


def box(app: AppTest, label: str) -> str:
    return next(str(one.value) for one in app.selectbox if one.label == label)


def choose(app: AppTest, label: str, value: str) -> None:
    next(one for one in app.selectbox if one.label == label).set_value(value).run()
    assert not app.exception


def test_before_a_file_is_chosen_its_limits_are_said() -> None:
    app = opened()

    assert "At most 20 MB and 100,000 lines." in words(app)
    assert not app.dataframe


def test_a_file_that_agrees_with_the_ledger_says_so(upstream: Upstream) -> None:
    talk(upstream, *COUNTS)

    app = dropped(own_file())

    assert "Of 1 day-model pair 1 agrees to the token; none differs." in words(app)
    assert "separated by commas, read as UTF-8" in words(app)
    assert box(app, "Input tokens") == "input_tokens"
    assert column(app, "input") == {"big": "3,000"}
    assert column(app, "cost") == {"big": "$0.00071"}
    assert column(app, "cost_difference") == {"big": "$0"}


def test_a_difference_is_shown_with_both_sides_and_why(upstream: Upstream) -> None:
    talk(upstream, *COUNTS)
    rows = rows_of(services.get().store.ledger(OWNER))
    (row,) = rows.values()
    row["output_tokens"] += 5
    row["cost_usd"] += Decimal("0.00000001")

    app = dropped(written(rows))

    assert "1 differs: 1 × other token counts" in words(app)
    assert column(app, "output") == {"big": "300 → 305"}
    assert column(app, "cost") == {"big": "$0.00071000 → $0.00071001"}
    assert "nothing in the ledger explains it" in column(app, "why")["big"]


def test_a_column_that_is_corrected_is_remembered_for_the_same_header(upstream: Upstream) -> None:
    talk(upstream, *COUNTS)
    text = own_file().replace("cached_tokens", "aside")
    app = dropped(text)
    before = box(app, "Cached tokens")

    choose(app, "Cached tokens", "aside")
    again = dropped(text)

    assert (before, box(again, "Cached tokens")) == ("", "aside")
    assert "as you said for this header" in " ".join(one.label for one in again.expander)
    assert column(again, "cached") == {"big": "≥500"}


def test_without_a_day_the_page_asks_for_its_column(upstream: Upstream) -> None:
    talk(upstream, *COUNTS)
    app = dropped(own_file())

    choose(app, "Day", "")

    assert "Say which column holds the day." in words(app)
    assert not app.dataframe


def test_a_switch_is_kept(upstream: Upstream) -> None:
    talk(upstream, *COUNTS)
    app = dropped(own_file())

    next(one for one in app.checkbox if "cached" in one.label).uncheck().run()
    choose(app, "Their days are those of", "Europe/Vienna")

    assert "1 differs: 1 × cached tokens counted apart" in words(app)
    assert "(Europe/Vienna)" in words(app)


def test_a_model_under_another_name_is_paired_by_hand_and_parted_again(upstream: Upstream) -> None:
    talk(upstream, *COUNTS)
    hostile = "![x](http://evil.example)"
    app = dropped(own_file().replace(",big,", f",{hostile},"))
    before = words(app)

    pairing = next(one for one in app.selectbox if "evil" in one.label)
    pairing.set_value("big").run()
    paired = words(app)
    next(one for one in app.selectbox if "evil" in one.label).set_value("").run()

    assert "2 × another name" in before
    assert "none differs" in paired
    assert "2 × another name" in words(app)
    assert "![x]" not in "".join(str(one.label) for one in app.selectbox)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file holds no table"),
        (b"PK\x03\x04rest", "This is a workbook or an archive"),
        (b"date,model,requests\nsoon,big,1\n", "Say which column holds the day."),
        (b"date,model\n2026-11-24,big\n", "Say which column holds a figure"),
        (b"\xff\xfe\x00", "The file holds no table"),
    ],
)
def test_x5_a_file_that_cannot_be_used_is_told_in_a_sentence(content: bytes, said: str) -> None:
    app = dropped(content)

    assert said in words(app)
    assert not app.dataframe


def test_lines_that_are_left_out_are_named_by_number(upstream: Upstream) -> None:
    talk(upstream, *COUNTS)

    app = dropped(f"{own_file()}Total,big,2,3000,500,300,1\n2026-11-24,x\n2026-11-24,,0,,,,\n")

    assert (
        "Left out, 2 lines: line 3 “Total” is no day; line 4 has 2 cells where the header has 7."
        in words(app)
    )
    assert "1 line says nothing: no model, no figure." in words(app)


def test_a_file_of_which_no_line_can_be_read_says_why() -> None:
    app = dropped("date,model,requests\nsoon,big,1\n")

    choose(app, "Day", "date")

    assert "No line of the file can be read with these columns." in words(app)
    assert "Line 2 “soon” is no day." in words(app)


def test_what_is_kept_for_a_header_and_makes_no_sense_is_not_used(upstream: Upstream) -> None:
    talk(upstream, *COUNTS)
    app = dropped(own_file())
    choose(app, "Their days are those of", "Europe/Vienna")
    everything = services.get()
    name = f"reconcile_columns:{read_usage_file(own_file().encode()).signature}"
    assert json.loads(everything.store.preference(OWNER, name) or "")["zone"] == "Europe/Vienna"
    everything.store.set_preference(OWNER, name, "[]")

    assert box(dropped(own_file()), "Their days are those of") == "UTC"


def test_the_endpoint_stands_in_the_address(upstream: Upstream) -> None:
    talk(upstream, *COUNTS)
    app = dropped(own_file(), opened(against="OpenAI"))
    other = words(app)

    own = services.get().endpoints.default(OWNER).name
    choose(app, "Calls of ours to", own)

    assert "none differs" in words(app)
    assert "calls not made here" in other
    assert app.query_params["against"] in (own, [own])


def test_a_months_total_is_compared_with_the_ledger(upstream: Upstream) -> None:
    talk(upstream, *COUNTS)
    app = opened(billed="total")
    before = words(app)

    app.text_input(key="reconcile-total").set_value("0.00081").run()
    more = words(app)
    app.text_input(key="reconcile-total").set_value("a lot").run()

    assert "Type the total of the month" in before
    assert "Here $0.00071, billed $0.00081: $0.00010" in more
    assert "“a lot” is no amount of money. Type it such as 12.34." in words(app)


def test_the_month_and_what_is_compared_stand_in_the_address(upstream: Upstream) -> None:
    talk(upstream, *COUNTS)
    old = replace(services.get().store.ledger(OWNER)[0].request, attempt_id="old")
    sent_at = datetime(2026, 1, 15, tzinfo=UTC)
    services.get().store.add_request(OWNER, replace(old, sent_at=sent_at))
    app = opened(billed="total", month="nonsense")

    choose(app, "Month", "2026-01")
    chosen = app.query_params["month"]
    app.button_group(key="reconcile-billed").set_value("file").run()

    assert chosen in ("2026-01", ["2026-01"])
    assert "billed" not in app.query_params
    assert app.file_uploader


def test_the_readers_own_zone_comes_second() -> None:
    assert zones("Europe/Vienna")[:2] == ["UTC", "Europe/Vienna"]
    assert zones("Nowhere")[:2] == ["UTC", "Africa/Abidjan"]
