"""The catalog as a table, and what its filters leave."""

from __future__ import annotations

import time
from datetime import date
from decimal import Decimal

from parley.catalog.model import Fact, Model
from parley.cost_of_use import monthly_costs
from parley.frames import COLUMNS, FrameCache, known_names, models_frame, with_favourites
from parley.pricing.monthly import Use
from parley.pricing.price import Price
from parley.pricing.sanity import free_price


def model(model_id: str, *, listed: bool = True, **values: object) -> Model:
    return Model(
        model_id, tuple(Fact(name, value, "list") for name, value in values.items()), listed=listed
    )


def price(rate_out: str) -> Price:
    return Price(Decimal("0.1"), Decimal(rate_out), source="list", as_of=date(2026, 9, 22))


MODELS = (
    model(
        "zai-org/GLM-5.2",
        name="Z.AI GLM 5.2",
        publisher="zai-org",
        context_window=1_048_576,
        price=price("2.42"),
        tools=True,
        reasoning=True,
        lifecycle="available",
        input_modalities=frozenset({"text"}),
    ),
    model(
        "openai/gpt-oss-120b",
        name="OpenAI GPT OSS 120B",
        publisher="openai",
        description="Open weights; agentic work, in English.",
        context_window=131_072,
        price=price("0.17"),
        reasoning=True,
        tools=False,
        input_modalities=frozenset({"image", "text"}),
    ),
    model("bge-m3", kind="embedding", lifecycle="retired", replacement="bge-m4", listed=False),
    model("free-one", price=free_price("list"), context_window=4096),
)
FRAME = models_frame(MODELS)


def test_a_row_holds_what_is_known() -> None:
    row = FRAME.iloc[1]

    assert row["context_window"] == 131_072
    assert (row["input_per_mtok"], row["output_per_mtok"]) == (0.1, 0.17)
    assert (row["modalities"], row["capabilities"]) == (["image", "text"], ["reasoning", "vision"])
    assert (row["price_source"], row["price_as_of"]) == ("list", date(2026, 9, 22))


def test_what_is_unknown_is_missing_and_never_zero() -> None:
    row = FRAME.iloc[2]

    unknown = [
        "name",
        "publisher",
        "context_window",
        "input_per_mtok",
        "output_per_mtok",
        "price_source",
    ]
    assert row[unknown].isna().all()
    assert (row["replacement"], row["listed"]) == ("bge-m4", False)
    assert FRAME.iloc[3]["output_per_mtok"] == 0


def test_of_two_facts_with_one_name_the_first_is_in_the_table() -> None:
    twice = Model("a", (Fact("name", "First", "one"), Fact("name", "Second", "two")))

    assert models_frame([twice]).iloc[0]["name"] == "First"


def test_no_models_make_an_empty_table() -> None:
    empty = models_frame([])

    assert empty.empty
    assert tuple(empty.columns) == COLUMNS


def test_who_is_said_not_to_see_does_not_see_and_of_whom_nothing_is_said_the_facts_decide() -> None:
    frame = models_frame(
        [
            model("a", input_modalities=frozenset({"image"}), vision=False),
            model("b", input_modalities=frozenset({"image"})),
            model("c", variants=frozenset({"vision", "thinking"})),
            model("d"),
        ]
    )

    assert list(frame["capabilities"]) == [[], ["vision"], ["reasoning", "vision"], []]


def test_parameters_are_numbers_and_what_is_no_number_is_missing() -> None:
    frame = models_frame(
        [model("a", params_total="30.5B", params_active="135M"), model("b", params_total="8x7B")]
    )

    assert list(frame["params_total"].fillna(-1)) == [30.5e9, -1]
    assert list(frame["params_active"].fillna(-1)) == [135e6, -1]


def test_facts_of_which_the_sources_differ_are_named() -> None:
    facts = (
        Fact("context_window", 8_000, "one"),
        Fact("context_window", 8_192, "two"),
        Fact("name", "A", "one"),
        Fact("name", "B", "two"),
        Fact("tools", True, "one"),
        Fact("tools", True, "two"),
    )

    assert list(models_frame([Model("a", facts), Model("b", facts[:1])])["differs"]) == [
        ["context_window"],
        [],
    ]


def test_a_use_has_its_cost_on_every_model_whose_price_is_known() -> None:
    use = Use(1_000, 1_000, 0, 10_000)

    frame = models_frame(MODELS, use)

    costs = monthly_costs(MODELS, use)
    assert costs["zai-org/GLM-5.2"] == Decimal("25.2")
    assert list(frame["monthly_cost"].fillna(-1)) == [25.2, 2.7, -1, 0]
    assert FRAME["monthly_cost"].isna().all()


def test_favourites_are_marked_in_a_copy() -> None:
    starred = with_favourites(FRAME, frozenset({"bge-m3"}))

    assert list(starred["favourite"]) == [False, False, True, False]
    assert not FRAME["favourite"].any()
    assert with_favourites(FRAME, frozenset()) is FRAME


def test_known_names_begin_with_the_most_frequent() -> None:
    frame = models_frame([model("a", publisher="one"), *[model("b", publisher="two")] * 2])

    assert known_names(frame, "publisher") == ["two", "one"]
    assert known_names(frame, "family") == []


def test_c5_ten_thousand_models_become_a_table_well_within_two_seconds() -> None:
    many = [
        model(f"org{n % 50}/Model-{n}", description="some words " * 40, price=price("0.5"))
        for n in range(10_000)
    ]

    started = time.process_time()
    frame = models_frame(many)

    assert time.process_time() - started < 2
    assert len(frame) == 10_000


def test_a_frame_with_a_use_is_kept_beside_the_one_without() -> None:
    cache = FrameCache()
    use = Use(1000, 100, 0, 10)

    plain, costed, again = (cache.frame(MODELS, each) for each in (None, use, use))

    assert again is costed
    assert cache.frame(MODELS) is plain
    assert costed["monthly_cost"].notna().any()
