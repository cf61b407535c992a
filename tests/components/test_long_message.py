"""The weight of a long message: what its text comes to before it is sent."""

from __future__ import annotations

from decimal import Decimal

import pytest

from components.long_message import weight
from parley.context import Carried
from parley.pricing.price import Price
from parley.pricing.sanity import free_price
from parley.usage import Count, State
from tests.parley.calls import PRICE

CARRIED = Carried(Count(1000, State.ESTIMATED), 4.0, is_learned=True)


@pytest.mark.parametrize(
    ("price", "said"),
    [
        (PRICE, "adds ≈$0.00020 to the next turn."),
        (Price(Decimal("0.0001"), Decimal(1)), "adds ≈$0.00000010 to the next turn."),
        (free_price("a list"), "free."),
        (None, "price –."),
    ],
    ids=["priced", "tiny", "free", "u41-no-price"],
)
def test_a_text_is_told_in_characters_tokens_and_dollars(price: Price | None, said: str) -> None:
    assert weight(4_000, CARRIED, price) == f"4,000 characters · ≈1,000 tokens · {said}"
