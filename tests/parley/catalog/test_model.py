"""What a model answers about itself."""

from __future__ import annotations

import pytest

from parley.catalog.model import Fact, Model


@pytest.mark.parametrize(
    ("facts", "is_chat"),
    [
        ((), True),
        ((Fact("kind", "chat", "list"),), True),
        ((Fact("kind", "embedding", "list"),), False),
    ],
)
def test_a_model_of_unknown_kind_is_rather_offered_than_lost(
    facts: tuple[Fact, ...], is_chat: bool
) -> None:
    assert Model("m", facts).is_chat is is_chat


def test_a_fact_that_nobody_gives_is_absent() -> None:
    model = Model("m", (Fact("name", "First", "one"), Fact("name", "Second", "two")))

    assert (model.value("name"), model.value("license"), model.fact("license")) == (
        "First",
        None,
        None,
    )
    assert (model.context_window, model.price, model.lifecycle, model.replacement) == (
        None,
        None,
        None,
        None,
    )
    assert not model.is_retired
