"""A price as the ledger keeps it, that of an older Parley included."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from parley.store.ledger_rows import request_from, request_values
from tests.parley.store.turns import ANN, conversation, full_request_for, question, reply_to


def test_a_price_of_before_tiers_is_read_as_one_without() -> None:
    tiered = full_request_for(reply_to(question(conversation())))
    stored: Any = request_values(ANN, tiered)
    del stored["price"]["tiers"]

    read = request_from(stored)

    assert tiered.price is not None
    assert read.price == replace(tiered.price, tiers=())
