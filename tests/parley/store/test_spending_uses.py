"""What the tokens were for, what caches saved, and averages: each says what it rests on."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from parley.conversation import Kind, LedgerEntry
from parley.pricing.price import Tier
from parley.spending import CacheUse, WhereTokensWent
from parley.store import Store
from parley.usage import Count, State, Usage
from tests.parley.store.spent_calls import PRICE, call, keep, request
from tests.parley.store.turns import ANN, BOB, outcome_of


def test_where_the_tokens_went_is_told_by_characters_and_by_what_servers_said(store: Store) -> None:
    asked = request()
    usage = Usage(
        Count(1000, State.REPORTED),
        Count(0, State.REPORTED),
        Count(90, State.REPORTED),
        Count(60, State.REPORTED),
    )
    keep(store, LedgerEntry(asked, replace(outcome_of(asked), usage=usage)))
    keep(store, call(replace(request(), composition={})))

    went = store.where_tokens_went(ANN)

    assert went == WhereTokensWent(
        system=100,
        history=700,
        attachments=0,
        new=200,
        input_unplaced=1000,
        reasoning=60,
        answer=30,
        output_undivided=100,
    )
    assert went.share_of_input(went.history) == Decimal("0.7")


def test_caches_are_valued_at_the_price_of_each_call(store: Store) -> None:
    tiered = replace(PRICE, tiers=(Tier(5000, Decimal(2), Decimal(3), Decimal("0.5")),))
    keep(store, call(request()), call(request(), inputs=6000, price=tiered))
    keep(store, call(request(), price=None), call(request(), cached=0))

    use = store.cache_use(ANN)

    # 400 × ($0.20 − $0.05) + 400 × ($2 − $0.50) per million; nobody knows what the third saved
    assert use == CacheUse(
        said=4,
        hits=3,
        cached_tokens=1200,
        input_tokens=9000,
        saved=Decimal("0.000660"),
        unvalued=1,
    )
    assert use.hit_rate == Decimal(1200) / 9000
    assert store.cache_use(BOB).hit_rate is None


def test_averages_are_of_what_is_known_and_say_of_how_many(store: Store) -> None:
    keep(store, call(request(conversation_id="one")), call(request(conversation_id="one")))
    keep(store, call(request(conversation_id="two"), price=None))
    keep(store, call(request(conversation_id="", kind=Kind.PROBE), inputs=4000))

    means = store.averages(ANN)

    assert (means.calls, means.conversations) == (3, 2)
    assert means.cost_per_call == Decimal("0.001215") / 3
    assert means.input_per_call == Decimal(7000) / 4
    assert means.output_per_call == 100
    assert means.cost_per_conversation == Decimal("0.000205")
    assert means.calls_per_conversation == Decimal("1.5")
    assert means.is_lower_bound
