"""The comparison of chosen models: what its table says, and that the address holds which ones."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.model_comparison import MOST_OFFERED, price_notes, table_columns
from parley.catalog.entry import LISTED_SOURCE
from parley.catalog.model import Fact, Model
from parley.comparing import compare
from parley.pricing.monthly import Use
from parley.pricing.price import Price, RefusedPrice, Tier
from parley.pricing.sanity import free_price

HOSTILE = "evil/![x](http://evil.example/a.png)<b>\u202e"
CHEAP = Price(Decimal("0.2"), Decimal("0.5"), source="bundled list", as_of=date(2026, 9, 22))
DEAR = Price(Decimal("0.3"), Decimal("0.5"), Decimal("0.1"), source=LISTED_SOURCE)
USE = Use(input_tokens=1000, output_tokens=0, cached_tokens=0, requests_per_month=1000)


def model(model_id: str, **values: Any) -> Model:
    return Model(model_id, tuple(Fact(name, value, "a test") for name, value in values.items()))


def cells(*models: Model, use: Use | None = None) -> dict[str, list[str]]:
    """Label of a row → its cells, as they are read, without what Markdown and line breaks need."""
    columns = list(table_columns(models, compare(models, use)).values())
    rows = zip(*columns, strict=True)
    return {label: [_as_read(cell) for cell in row] for label, *row in rows}


def _as_read(markdown: str) -> str:
    return markdown.replace("\\", "").replace("\u200b", "")


def test_the_best_is_bold_differences_are_marked_and_in_percent_of_the_first() -> None:
    first = model("a", price=CHEAP, context_window=8000, tools=True)
    second = model("b", price=DEAR, context_window=16000, tools=True)

    read = cells(first, second)

    assert read["≠ Input, per million tokens"] == ["**$0.20**", "$0.30 +50 %"]
    assert read["Output, per million tokens"] == ["$0.50", "$0.50"]
    assert read["≠ Context window"] == ["8,000 tokens", "**16,000 tokens** +100 %"]
    assert read["Tools"] == ["yes", "yes"]


def test_u41_unknown_free_and_refused_are_told_apart() -> None:
    refused = RefusedPrice("too high", "a list")

    read = cells(
        model("a"), model("b", price=free_price("a list")), model("c", price_refused=refused)
    )

    assert read["Input, per million tokens"] == ["–", "free", "refused"]
    assert read["Cached input, per million"] == ["–", "free", "–"]
    assert read["Context window"] == ["–", "–", "–"]


def test_u41_a_rate_of_0_is_not_called_free_where_the_model_is_not() -> None:
    embedding = Price(Decimal("0.02"), Decimal(0), source="a list")
    output_alone = Use(input_tokens=0, output_tokens=9, cached_tokens=0, requests_per_month=1)

    read = cells(model("a", price=CHEAP), model("b", price=embedding), use=output_alone)

    assert read["≠ Output, per million tokens"][1] == "**$0.00** −100 %"
    assert read["≠ Your use, a month"][1] == "**≈$0** −100 %"


def test_a_month_is_an_estimate_and_marked_as_one() -> None:
    read = cells(model("a", price=CHEAP), model("b"), use=USE)

    assert read["Your use, a month"] == ["≈$0.20", "–"]


def test_a_planted_disagreement_is_marked_in_its_cell() -> None:
    said = (Fact("context_window", 8000, "the list"), Fact("context_window", 4000, "a catalog"))

    read = cells(Model("a", said), model("b", context_window=8000))

    assert read["Context window"] == ["8,000 tokens †", "8,000 tokens"]


def test_c4_ids_that_look_alike_keep_their_columns() -> None:
    columns = table_columns([model("a"), model("a\x00")], compare([model("a"), model("a\x00")]))

    assert len(columns) == 3


def test_every_price_has_its_source_and_date_below_with_what_no_cell_can_hold() -> None:
    tiered = Price(
        Decimal(1),
        Decimal(2),
        source="bundled list",
        tiers=(Tier(200_000, Decimal(3), Decimal(4)),),
    )
    facts = (
        Fact("price", tiered, "bundled list", date(2026, 9, 22)),
        Fact("price", DEAR, LISTED_SOURCE),
        Fact("price_refused", RefusedPrice("too high", "a catalog"), "a catalog"),
    )

    notes = price_notes(Model("a", facts), date(2026, 11, 24))

    assert "above 200,000 tokens of input $3.00 in · $4.00 out" in notes[0]
    assert [note.replace("\u2011", "-").rpartition("(")[2] for note in notes] == [
        "bundled list, 2026-09-22)",
        f"{LISTED_SOURCE}, 2026-11-24)",
        "a catalog)",
    ]
    assert notes[2].startswith("refused: too high")


def page() -> None:
    import streamlit as st

    from components import model_comparison
    from components.state import Session

    given = st.session_state["given"]
    model_comparison.show(Session(), given["models"], given["offered"], use=given["use"])
    model_comparison.toggle(Session(), given["inspected"])


MODELS = [model(f"lab/m{n}", price=CHEAP if n % 2 else DEAR) for n in range(8)]


def opened(
    *with_ids: str,
    models: list[Model] = MODELS,
    use: Use | None = None,
    inspected: str = "lab/m7",
) -> AppTest:
    app = AppTest.from_function(page)
    app.session_state["given"] = {
        "models": models,
        "offered": [model.id for model in models],
        "use": use,
        "inspected": inspected,
    }
    app.query_params["with"] = list(with_ids)
    app.run()
    assert not app.exception
    return app


def words(app: AppTest) -> str:
    said = [str(element.value) for kind in (app.caption, app.info) for element in kind]
    return _as_read("\n".join(said))


def compared(app: AppTest) -> list[str]:
    """What the address names; a test sees a single value without its list."""
    named = app.query_params.get("with", [])
    return [named] if isinstance(named, str) else list(named)


def heads(app: AppTest) -> list[str]:
    return [_as_read(str(head)) for head in app.table[0].value.columns[1:]] if app.table else []


def test_the_models_that_the_address_names_are_compared_in_its_order() -> None:
    app = opened("lab/m3", "lab/m0")

    assert heads(app) == ["1 · lab/m3", "2 · lab/m0"]
    assert app.multiselect[0].value == ["lab/m3", "lab/m0"]
    assert "2 · lab/m0: $0.30 in ($0.10 cached)" in words(app)


@pytest.mark.parametrize("ids", [(), ("lab/m1",)])
def test_with_fewer_than_two_it_says_what_to_do(ids: tuple[str, ...]) -> None:
    app = opened(*ids)

    assert heads(app) == []
    assert "Choose 2 to 6 models" in words(app)


def test_what_is_picked_goes_into_the_address() -> None:
    app = opened("lab/m1")

    app.multiselect[0].select("lab/m2").run()

    assert compared(app) == ["lab/m1", "lab/m2"]
    assert heads(app) == ["1 · lab/m1", "2 · lab/m2"]


def test_when_the_last_is_taken_out_the_address_is_clean() -> None:
    app = opened("lab/m1")

    app.multiselect[0].unselect("lab/m1").run()

    assert "with" not in app.query_params
    assert app.multiselect[0].value == []


def test_c4_an_address_with_repeats_and_too_many_is_read_as_far_as_it_goes() -> None:
    app = opened(*["lab/m0"] * 3, *[f"lab/m{n}" for n in range(8)], "x" * 300)

    assert len(heads(app)) == 6


def test_what_the_endpoint_does_not_know_is_said_and_left_out() -> None:
    app = opened("lab/m0", "lab/gone", "lab/m1")

    assert heads(app) == ["1 · lab/m0", "2 · lab/m1"]
    assert "Not known on this endpoint, so left out: lab/gone." in words(app)


def test_c6_a_hostile_id_is_shown_as_typed() -> None:
    app = opened(HOSTILE, "lab/m0", models=[model(HOSTILE, family=HOSTILE), *MODELS])

    table = app.table[0].value
    texts = [*map(str, table.columns), *map(str, table.values.flatten())]
    texts += [str(element.value) for element in app.caption]
    assert not any("![" in text or "\u202e" in text for text in texts)


def test_only_the_differences_can_be_shown() -> None:
    app = opened("lab/m0", "lab/m1")

    app.toggle[0].set_value(True).run()

    labels = list(app.table[0].value["Fact"])
    assert labels == ["≠ Input, per million tokens"]


def test_equal_models_have_no_differences_to_show() -> None:
    app = opened("lab/m0", "lab/m2")

    app.toggle[0].set_value(True).run()

    assert heads(app) == []
    assert "Nothing that is known of all of them differs." in words(app)


def test_the_month_that_was_assumed_is_told() -> None:
    app = opened("lab/m0", "lab/m1", use=USE)

    assert "A month is 1,000 requests of 1,000 tokens in, 0 of them cached, and 0 out." in words(
        app
    )


def test_c5_of_very_many_models_only_the_first_are_offered() -> None:
    many = [model(f"lab/{n}") for n in range(MOST_OFFERED + 1)]

    app = opened("lab/500", models=many)

    assert len(app.multiselect[0].options) == MOST_OFFERED + 1
    assert f"The first {MOST_OFFERED} of {len(many)} models" in words(app)


def test_a_model_is_put_into_the_comparison_and_taken_out_again() -> None:
    app = opened("lab/m0")

    app.button[0].click().run()
    put_in = compared(app)
    label = app.button[0].label
    app.button[0].click().run()

    assert (put_in, label) == (["lab/m0", "lab/m7"], "Leave the comparison")
    assert compared(app) == ["lab/m0"]


def test_a_seventh_model_cannot_be_put_in() -> None:
    app = opened(*[f"lab/m{n}" for n in range(6)])

    assert app.button[0].disabled
