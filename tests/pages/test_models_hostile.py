"""Lists that are broken, huge or hostile, and prices that cannot be true: the page stands and says what is left out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components import services
from parley.conversation import LOCAL_OWNER
from parley.limits import LIMITS
from parley.pricing.price import Price
from tests.pages import chat_page
from tests.pages.models_page import facts, ids, opened, served, words
from tests.upstream import MODELS, Upstream, done, finish, role, text, usage

TYPED_ID = "Use a model id that is not listed"
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def upstream(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Upstream]:
    yield from served(upstream, monkeypatch, tmp_path)


def takes_typed_id(app: AppTest) -> bool:
    return TYPED_ID in [box.label for box in app.text_input]


def drawn(app: AppTest) -> list[str]:
    """Every text of the page that is read as Markdown."""
    bodies = (app.header, app.caption, app.info, app.warning, app.error, app.success, app.markdown)
    found = [str(element.value) for kind in bodies for element in kind]
    found += [str(cell) for table in app.table for row in table.value.values for cell in row]
    widgets = (app.button, app.checkbox, app.expander, app.multiselect, app.selectbox)
    return found + [str(element.label) for kind in widgets for element in kind]


@pytest.mark.parametrize(
    "listed",
    [[], {"data": []}, {"object": "list", "data": None}, {"object": "list"}, {"models": []}],
    ids=["c1-array", "c1-data", "c1-null", "c1-no-data", "c1-models"],
)
def test_c1_an_empty_list_asks_for_a_typed_id(upstream: Upstream, listed: object) -> None:
    upstream.models = listed

    app = opened()

    assert "Type a model id below if you know one." in words(app)
    assert takes_typed_id(app)
    assert not app.error


def test_c2_a_bare_array_is_read(upstream: Upstream) -> None:
    upstream.models = [{"id": "one"}, {"id": "two"}]

    assert ids(opened()) == ["one", "two"]


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("text/html", b"<!doctype html><h1>Welcome</h1>"),
        ("application/json", b"<html>"),
        ("application/json", b'{"data": [{"id": "cut'),
        ("application/json", b"7"),
        ("application/json", b'{"data": {"id": "one"}}'),
        ("application/json", b'{"hello": "world"}'),
        ("application/json", b"[" * 100_000),
        ("application/json", b"\xff\xfe\x00"),
        ("application/json", b""),
    ],
    ids=["html", "html-as-json", "cut", "number", "object", "other-json", "deep", "no-text", "empty"],
)  # fmt: skip
def test_c2_what_is_no_list_gets_one_clear_sentence(
    upstream: Upstream, content_type: str, body: bytes
) -> None:
    upstream.models_raw = (200, {"Content-Type": content_type}, body)

    app = opened()

    assert len(app.error) == 1
    assert not app.dataframe
    assert takes_typed_id(app)


def test_c3_entries_that_cannot_be_read_are_skipped_and_counted(upstream: Upstream) -> None:
    upstream.models = {"data": [7, None, "str", {}, {"id": 42}, {"id": "good"}]}

    app = opened()

    assert ids(app) == ["good"]
    assert "5 entries could not be read" in words(app)


def test_c4_of_duplicates_the_first_wins_and_case_twins_are_two(upstream: Upstream) -> None:
    upstream.models = {"data": [{"id": "Twin"}, {"id": "twin"}, {"id": "Twin"}, {"id": "twin"}]}

    app = opened()

    assert ids(app) == ["Twin", "twin"]
    assert "2 duplicates left out" in words(app)


def test_c5_ten_thousand_models_are_listed_searched_and_opened(upstream: Upstream) -> None:
    upstream.models = {"data": [{"id": f"maker/model-{number}"} for number in range(10_000)]}

    app = opened(model="maker/model-9999")
    every = words(app)
    app.text_input(key="search").set_value("model-1234").run()

    assert not app.exception
    assert "10,000 of 10,000 models" in every
    assert app.code[0].value == "maker/model-9999"
    assert ids(app) == ["maker/model-1234"]


def padded(megabytes: int) -> bytes:
    """A list of two models whose JSON has about so many megabytes."""
    entries: list[dict[str, Any]] = [{"id": "one", "description": "x" * 1_000_000 * megabytes}]
    return json.dumps({"data": [*entries, {"id": "two"}]}).encode()


def test_c5_a_list_of_nearly_eight_megabytes_is_read(upstream: Upstream) -> None:
    upstream.models_raw = (200, JSON, padded(7))

    app = opened(model="one")

    assert ids(app) == ["one", "two"]
    assert len(words(app)) < 100_000


def test_c5_a_list_beyond_the_limit_is_refused_in_one_sentence(upstream: Upstream) -> None:
    upstream.models_raw = (200, JSON, padded(LIMITS.model_list_bytes // 1_000_000 + 1))

    app = opened()

    assert len(app.error) == 1
    assert takes_typed_id(app)


HOSTILE = [
    "![x](http://evil.example/a.png)",
    "<img src=http://evil.example/a.png>",
    "evil\u202egnp.exe",
    "two\nlines",
    "$\\includegraphics{http://evil.example/a.png}$",
    ":material/delete: :red[x] :help[y]",
    "=cmd|' /C calc'!A0",
    "\u05e2\u05d1\u05e8\u05d9\u05ea",
    "x" * 256,
]


ACTING = re.compile(r"!\[|(?<!\\)<img|\u202e|:red\[|:help\[|(?<!\\)\$")
"""What Markdown or HTML would act upon, were it not escaped."""


@pytest.mark.parametrize("hostile", HOSTILE)
def test_c6_a_hostile_id_is_text_in_the_list_and_in_the_details(
    upstream: Upstream, hostile: str
) -> None:
    upstream.models = {"data": [{"id": hostile, "name": hostile, "description": hostile}]}

    app = opened(model=hostile)

    assert ids(app) == [hostile]
    texts = drawn(app)
    assert not [text for text in texts if ACTING.search(text)]


def test_c6_an_id_of_ten_kilobytes_cannot_be_used_and_is_counted(upstream: Upstream) -> None:
    upstream.models = {"data": [{"id": "x" * 10_000}, {"id": "good"}]}

    app = opened(model="x" * 10_000)

    assert ids(app) == ["good"]
    assert "1 entry could not be read" in words(app)


def test_c7_a_list_that_promises_more_pages_is_fetched_once(upstream: Upstream) -> None:
    upstream.models = {"data": [{"id": "one"}], "has_more": True, "last_id": "one"}

    app = opened()

    assert ids(app) == ["one"]
    assert [asked.path for asked in upstream.requests if asked.path.startswith(MODELS)] == [MODELS]


def test_c8_where_the_list_fails_a_typed_id_can_be_talked_to(upstream: Upstream) -> None:
    upstream.models_raw = (500, {}, b"")
    app = opened()

    app.text_input[-1].set_value("my/model")
    app.button[-1].click().run()
    chat = chat_page.send(chat_page.opened(), "Hello")

    assert app.chat_input
    assert chat_page.bubbles(chat)[-1] == "assistant | my/model | You said: Hello"


def test_c8_a_list_that_fails_later_stays_with_its_age(upstream: Upstream) -> None:
    app = opened()
    upstream.models_raw = (200, {}, b"<html>")

    app.button(key="refresh-models").click().run()

    assert "qwen/qwen-large" in ids(app)
    assert app.error
    assert "list fetched just now" in words(app)


def priced(rate_in: int, rate_out: int) -> dict[str, Any]:
    return {"data": [{"id": "big", "pricing": {"input": rate_in, "output": rate_out}}]}


def test_a_price_that_is_a_hundred_thousand_times_too_high_is_refused_and_shown(
    upstream: Upstream,
) -> None:
    upstream.models = priced(22_000, 65_000)

    app = opened(model="big")

    said = words(app)
    assert (
        "A price was refused, because it cannot be true: $22,000 in and $65,000 out per million tokens"
        " is outside $0.0001 to $1,000. It comes from the endpoint's own list." in said
    )
    assert "price refused" in said
    assert "$0.22" not in said


def test_two_sources_that_disagree_stand_side_by_side_with_a_mark(upstream: Upstream) -> None:
    upstream.models = priced(1, 2)
    everything = services.get()
    endpoint = everything.endpoints.default(LOCAL_OWNER)
    own = Price(Decimal("0.5"), Decimal(2))
    everything.store.set_own_price(LOCAL_OWNER, endpoint.name, "big", own)

    app = opened(model="big")

    said = [line[:2] for line in facts(app) if line[0].startswith("Price")]
    assert said == [
        ["Price (used)", "$0.50 in · $2.00 out per million tokens"],
        ["Price (≠ differs: in +100 %)", "$1.00 in · $2.00 out per million tokens"],
    ]
    assert "≠ Sources disagree; the first is used." in words(app)
    assert "≠ price" in app.dataframe[0].value.to_string()


def test_a_refused_price_makes_no_cost(upstream: Upstream) -> None:
    upstream.models = priced(22_000, 65_000)

    chat = chat_page.send(chat_page.opened(), "Hello")

    assert "cost – " in chat_page.receipts(chat)[0]


def test_the_receipt_of_an_old_reply_keeps_its_price_when_the_list_asks_another(
    upstream: Upstream,
) -> None:
    upstream.models = priced(1, 2)
    upstream.always(role(), text("Hi"), finish(), usage(1_000_000, 1_000_000), done())
    chat = chat_page.send(chat_page.opened(), "One")
    before = chat_page.receipts(chat)[0]

    upstream.models = priced(10, 20)
    everything = services.get()
    everything.listing(everything.endpoints.default(LOCAL_OWNER), refresh=True)
    chat_page.send(chat, "Two")

    first, second = chat_page.receipts(chat)
    assert "cost $3.00" in before
    assert first == before
    assert "cost $30.00" in second
    again = chat_page.opened(c=chat_page.conversation_id(chat))
    assert chat_page.receipts(again) == [first, second]
