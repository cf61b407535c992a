"""The question on the models page: box, pills, filters and address say the same, whichever was used."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.filter_widgets import QUERY
from tests.pages.models_page import address, ids, opened, served, words
from tests.upstream import Upstream


@pytest.fixture
def upstream(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Upstream]:
    yield from served(upstream, monkeypatch, tmp_path)


def question(app: AppTest) -> str:
    """What the address asks; a test's own addresses hold lists."""
    asked = address(app)[QUERY]
    return asked if isinstance(asked, str) else str(asked[0])


def filter_of(app: AppTest, key: str) -> Any:
    """The filter with this key, whatever kind of widget it is."""
    kinds = (app.multiselect, app.selectbox, app.number_input, app.toggle)
    return next(widget for kind in kinds for widget in kind if widget.key == key)


def test_the_search_finds_all_words_in_any_order(upstream: Upstream) -> None:
    app = opened()

    app.text_input(key="search").set_value("large qwen").run()

    assert ids(app) == ["qwen/qwen-large"]
    assert question(app) == "large qwen"


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("small", ["qwen/qwen-small"]),
        ("publisher:qwen", ["qwen/qwen-large", "qwen/qwen-small"]),
        ("ctx>=32k", ["qwen/qwen-large"]),
        ("out<=1", ["qwen/qwen-large"]),
        ("out<1 vision tools", ["qwen/qwen-large"]),
        ("takes:image reasoning", ["qwen/qwen-large"]),
        ("retired", ["meta-llama/llama-old"]),
        ("kind:any embedding", ["text-embedding-9"]),
        ("kind:embedding", ["text-embedding-9"]),
        ("qwen !small", ["qwen/qwen-large"]),
        ("qwen sort:-ctx", ["qwen/qwen-small", "qwen/qwen-large"]),
        ("qwen ctz>=1 sort:name", ["qwen/qwen-large", "qwen/qwen-small"]),
    ],
)
def test_an_address_brings_its_question_with_it(
    upstream: Upstream, asked: str, found: list[str]
) -> None:
    app = opened(q=asked)

    assert ids(app) == found
    assert app.text_input(key="search").value == asked
    assert question(app) == asked


@pytest.mark.parametrize(
    ("old", "asked", "found"),
    [
        ({"search": "small"}, "small", ["qwen/qwen-small"]),
        ({"publisher": ["qwen"]}, "publisher:qwen", ["qwen/qwen-large", "qwen/qwen-small"]),
        ({"context": "32,000 tokens"}, "ctx>=32k", ["qwen/qwen-large"]),
        ({"max_price": "1"}, "out<=1", ["qwen/qwen-large"]),
        ({"can": ["tools", "reasoning"]}, "tools reasoning", ["qwen/qwen-large"]),
        ({"all_kinds": "true", "search": "embedding"}, "embedding kind:any", ["text-embedding-9"]),
    ],
    ids=str,
)
def test_an_address_of_before_there_was_one_question_is_still_understood(
    upstream: Upstream, old: dict[str, Any], asked: str, found: list[str]
) -> None:
    app = opened(**old)

    assert ids(app) == found
    assert question(app) == asked
    assert not address(app).keys() & old.keys()


def test_a_filter_of_an_old_address_that_means_nothing_is_dropped(upstream: Upstream) -> None:
    app = opened(context="a lot", max_price="cheap", takes=["smell"], sort="Anyhow")

    assert len(ids(app)) == 3
    assert not address(app).keys() & {QUERY, "context", "max_price", "takes", "sort"}


@pytest.mark.parametrize(
    ("key", "value", "asked"),
    [
        ("publisher", ["Qwen"], "large publisher:Qwen"),
        ("context", 128_000, "large ctx>=128k"),
        ("max_price", 0.65, "large out<=0.65"),
        ("takes", ["image"], "large takes:image"),
        ("can", ["tools"], "large tools"),
        ("lifecycle", ["available", "unknown"], "large lifecycle:available,unknown"),
        ("kind", ["chat"], "large kind:chat"),
        ("all_kinds", True, "large kind:any"),
        ("sort", "ctx", "large sort:ctx"),
    ],
)
def test_a_filter_writes_into_the_question_and_the_box_shows_it(
    upstream: Upstream, key: str, value: Any, asked: str
) -> None:
    app = opened(q="large")

    filter_of(app, key).set_value(value).run()

    assert not app.exception
    assert question(app) == asked
    assert app.text_input(key="search").value == asked
    assert ids(app) == ["qwen/qwen-large"]


@pytest.mark.parametrize(
    ("asked", "key", "value"),
    [
        ("publisher:qwen", "publisher", ["Qwen"]),
        ("ctx>=100k", "context", 100_000),
        ("out<0.7", "max_price", 0.7),
        ("image vision", "takes", ["image"]),
        ("json tools", "can", ["tools", "json_mode"]),
        ("retired lifecycle:deprecated", "lifecycle", ["deprecated", "retired"]),
        ("fav", "favourites", True),
        ("kind:any", "all_kinds", True),
        ("sort:-in", "sort", "-in"),
        ("qwen", "sort", None),
    ],
)
def test_the_filters_show_what_the_question_says(
    upstream: Upstream, asked: str, key: str, value: Any
) -> None:
    app = opened(q=asked)

    assert filter_of(app, key).value == value


def test_a_filter_that_is_changed_back_leaves_the_rest_of_the_question_as_it_was_typed(
    upstream: Upstream,
) -> None:
    app = opened(q='  "qwen large"  ctx>=8k !small out<2')

    app.selectbox(key="context").set_value(None).run()

    assert question(app) == '"qwen large" !small out<2'
    assert ids(app) == ["qwen/qwen-large"]


def test_a_filter_for_which_the_question_has_no_room_changes_nothing_and_says_so(
    upstream: Upstream,
) -> None:
    upstream.models = {
        "data": [{"id": f"m{n}", "publisher": f"Publisher Number {n}"} for n in range(30)]
    }
    app = opened(q="m1")
    every = list(filter_of(app, "publisher").options)

    filter_of(app, "publisher").set_value(every).run()

    assert not app.exception
    assert "it stays as it was" in app.toast[0].value
    assert question(app) == "m1"
    assert filter_of(app, "publisher").value == []


def test_a_pill_puts_its_condition_into_the_question_and_takes_it_out_again(
    upstream: Upstream,
) -> None:
    app = opened(q="qwen")

    app.button_group(key="conditions").set_value(["tools"]).run()
    with_tools = question(app), ids(app)
    app.button_group(key="conditions").set_value([]).run()

    assert with_tools == ("qwen tools", ["qwen/qwen-large"])
    assert question(app) == "qwen"


def test_a_word_that_makes_no_sense_is_pointed_at_and_the_rest_still_counts(
    upstream: Upstream,
) -> None:
    app = opened(q="qwen ctz>=32k large")

    warning = str(app.warning[0].value).replace("\\", "")
    assert ids(app) == ["qwen/qwen-large"]
    assert "“ctz” is no field; did you mean “ctx”?" in warning
    assert "qwen :red-background[**ctz>=32k**] large" in warning


def test_of_many_words_that_make_no_sense_the_first_three_are_shown(upstream: Upstream) -> None:
    app = opened(q="a<1 b<1 c<1 d<1 e<1")

    assert len(app.warning) == 3
    assert "2 more words were not understood." in words(app)


def test_r1_a_hostile_word_of_the_question_is_shown_as_text(upstream: Upstream) -> None:
    app = opened(q='out<"![x](http://evil.example/a.png)"')

    drawn = [str(element.value) for kind in (app.warning, app.caption) for element in kind]
    assert not [text for text in drawn if "![" in text]


@pytest.mark.parametrize(
    "asked",
    [
        "out<999999999999T",
        "ctx>=999999999999T",
        "released>0000",
        '"' * 7,
        "q" * 600,
        "a\nb",
    ],
    ids=range(6),
)
def test_no_address_whatever_breaks_the_page(upstream: Upstream, asked: str) -> None:
    app = opened(q=asked)

    assert not app.exception
    assert "of 5 models" in words(app)


def test_another_address_in_the_same_tab_as_by_going_back_sets_box_and_filters(
    upstream: Upstream,
) -> None:
    app = opened(q="small")
    app.text_input(key="search").set_value("qwen ctx>=32k").run()

    app.query_params[QUERY] = "small"
    app.run()

    assert ids(app) == ["qwen/qwen-small"]
    assert app.text_input(key="search").value == "small"
    assert app.selectbox(key="context").value is None


def test_clear_filters_asks_for_nothing_again(upstream: Upstream) -> None:
    app = opened(q="small takes:image")

    app.button(key="clear-filters").click().run()

    assert len(ids(app)) == 3
    assert QUERY not in address(app)


def test_where_nothing_matches_the_page_says_which_filter_to_loosen(upstream: Upstream) -> None:
    app = opened(q="small takes:image")

    assert not app.dataframe
    assert "There would be 1 without the search words, 1 with any input." in words(app)
    assert app.button(key="clear-filters")
